"use strict";

const place = document.getElementById("api-docs");
window.SwaggerUIBundle({ domNode: place, url: place.dataset.schema, docExpansion: "list", deepLinking: true, validatorUrl: null });
