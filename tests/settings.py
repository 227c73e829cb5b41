"""The settings of the tests: the real ones, in a DATA_DIR of their own that ends with them."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="bpm-influence-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["DATA_DIR"] = _folder
os.environ.setdefault("API_RATE", "off")
os.environ.setdefault("LOG_LEVEL", "WARNING")

# Where tests run side by side, each process has a Redis database of its own, counted from the one named.
_place = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_broker, _, _number = os.environ.get("CELERY_BROKER_URL", "").rpartition("/")
if _broker.startswith("redis"):
    os.environ["CELERY_BROKER_URL"] = f"{_broker}/{int(_number or 0) + _place}"

from bpm_influence.settings import *  # noqa: E402, F403
from bpm_influence.settings import DATA_DIR, DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
ALLOWED_HOSTS = ["*"]
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir()

# A file, not memory: workers that a test starts must see the same rows.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
