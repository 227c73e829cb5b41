"""Lists come in pages of at most a thousand."""

from rest_framework.pagination import PageNumberPagination

MEMBERS = {
    "count": "Entries on all pages together. Example: 600.",
    "next": "Address of the next page; null on the last.",
    "previous": "Address of the page before; null on the first.",
    "results": "The entries of this page.",
}


class Pages(PageNumberPagination):
    """`?page=` and `?page_size=`; the answer is {count, next, previous, results}."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000

    def get_paginated_response_schema(self, schema):
        """Describe the four members of a page."""
        described = super().get_paginated_response_schema(schema)
        for member, words in MEMBERS.items():
            described["properties"][member]["description"] = words
        return described
