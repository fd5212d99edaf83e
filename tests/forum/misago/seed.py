"""Admin, alice, bob and carol, and a thread whose post links to a poll. Prints the thread's address."""
import os
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from misago.cache.versions import get_cache_versions, invalidate_all_caches  # noqa: E402
from misago.conf.dynamicsettings import DynamicSettings  # noqa: E402
from misago.users.setupnewuser import setup_new_user  # noqa: E402

PASSWORD = os.environ["FORUM_PASSWORD"]
User, settings = get_user_model(), DynamicSettings(get_cache_versions())
for name, create in [("Admin", User.objects.create_superuser)] + [
    (name, User.objects.create_user) for name in ("alice", "bob", "carol")
]:
    if not User.objects.filter(slug=name.lower()).exists():
        setup_new_user(settings, create(name, f"{name.lower()}@example.com", PASSWORD))
# Some time ago: a test plays the days before today.
User.objects.update(joined_on=timezone.now() - timedelta(days=40))
invalidate_all_caches()

client = Client(SERVER_NAME="token.localhost")
client.force_login(User.objects.get(slug="alice"))
post = "Where do we eat on Saturday?\n\n[Vote in the dinner poll](/polls/dinner)"
answer = client.post("/api/threads/", {"category": 3, "title": "Weekly dinner", "post": post},
                     content_type="application/json")
assert answer.status_code == 200, answer.content
print(answer.json()["url"])
