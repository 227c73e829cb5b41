// A file dropped on the zone is put into its field; without this script the field works alone.
const zone = document.getElementById("drop-zone");
const field = zone.querySelector("input[type=file]");
const shown = document.getElementById("drop-name");

zone.addEventListener("dragover", (event) => {
  event.preventDefault();
  zone.classList.add("bg-primary-lt");
});
zone.addEventListener("dragleave", () => zone.classList.remove("bg-primary-lt"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("bg-primary-lt");
  if (event.dataTransfer.files.length) {
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change"));
  }
});
field.addEventListener("change", () => {
  const file = field.files[0];
  if (file) shown.textContent = `${file.name}, ${Math.ceil(file.size / 1024).toLocaleString("en")} kB`;
});
