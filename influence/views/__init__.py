"""Pages of this room: ``results`` shows analyses, ``data`` loads ties and starts analyses."""
