"""Static files: the few that we use of the npm packages, and names that carry a hash of the content."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

NODE_MODULES = Path(settings.BASE_DIR) / "node_modules"
FILES = {
    "lib/tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "lib/tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "lib/htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "lib/echarts/echarts.min.js": "echarts/dist/echarts.min.js",
    "lib/tom-select/tom-select.complete.min.js": "tom-select/dist/js/tom-select.complete.min.js",
    "lib/tom-select/tom-select.bootstrap5.min.css": "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "lib/sigma/sigma.min.js": "sigma/dist/sigma.min.js",
    "lib/graphology/graphology.umd.min.js": "graphology/dist/graphology.umd.min.js",
    "lib/swagger-ui/swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
    "lib/swagger-ui/swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
}


class NodeModulesFinder(BaseFinder):
    """Finds the files listed above, each under a name of ours."""

    storage = FileSystemStorage(location=NODE_MODULES)

    def check(self, **kwargs):
        """Return nothing: a missing file is told by `collectstatic`."""
        return []

    def find(self, path, find_all=False, **kwargs):
        """Return where the file lies."""
        source = FILES.get(path)
        found = NODE_MODULES / source if source else None
        if not found or not found.exists():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns):
        """Yield each file under its name."""
        for name, source in FILES.items():
            if (NODE_MODULES / source).exists():
                yield name, _OneFile(name, NODE_MODULES / source)


class _OneFile(FileSystemStorage):
    """A storage that holds one file under a name of ours."""

    prefix = None

    def __init__(self, name, source):
        super().__init__(location=source.parent)
        self.shown, self.source = name, source

    def path(self, name):
        return str(self.source) if name == self.shown else super().path(name)


def _without_source_maps(patterns):
    """Leave out the patterns that look for source maps, which are not collected."""
    kept = []
    for extension, rules in patterns:
        rest = tuple(rule for rule in rules if "sourceMappingURL" not in str(rule))
        kept.append((extension, rest))
    return tuple((extension, rules) for extension, rules in kept if rules)


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, without the search for source maps."""

    patterns = _without_source_maps(HashedFilesMixin.patterns)
    max_post_process_passes = 5
