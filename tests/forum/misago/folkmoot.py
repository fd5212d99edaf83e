"""Folkmoot on Misago: who is asking, and the tag in every page.

`tag` is a context processor, `cookie` a middleware, `fresh` a view at /folkmoot-token. A site needs `tag` and `fresh`, or
`tag` and `cookie`; this forum has both, and the name that a page was asked under says which.
"""
import base64
import hashlib
import hmac
import json
import os
import time

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

SECRET = os.environ["FOLKMOOT_SECRET"]
LASTS = 300  # seconds
COOKIE = "folkmoot"
SCRIPT = '<script type="module" src="/folkmoot/v1/embed.js" data-api="/folkmoot/api" data-links="/polls/" {}></script>'
ASK = """<script>
window.folkmootToken = async () => (await fetch("/folkmoot-token")).text();
</script>"""


def token(user):
    """The JWT of a signed-in member; an empty text for a guest."""
    if not user.is_authenticated:
        return ""
    now = int(time.time())
    claims = {"sub": str(user.pk), "name": user.username, "exp": now + LASTS, "joined": int(user.joined_on.timestamp()),
              "role": "staff" if user.is_staff else "member"}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
             for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    signature = hmac.new(SECRET.encode(), b".".join(parts), hashlib.sha256).digest()
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def by_cookie(request):
    return request.get_host().startswith("cookie.")


def tag(request):
    if by_cookie(request):
        return {"folkmoot": format_html(SCRIPT, "")}
    more = format_html('data-token="{}" data-token-callback="folkmootToken"', token(request.user))
    return {"folkmoot": mark_safe(ASK) + format_html(SCRIPT, more)}


def fresh(request):
    return HttpResponse(token(request.user), content_type="text/plain", headers={"Cache-Control": "no-store"})


def cookie(get_response):
    def middleware(request):
        response = get_response(request)
        if by_cookie(request):
            if request.user.is_authenticated:
                response.set_cookie(COOKIE, token(request.user), max_age=LASTS, httponly=True, samesite="Lax")
            else:
                response.delete_cookie(COOKIE, samesite="Lax")
        return response

    return middleware
