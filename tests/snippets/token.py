import base64, hashlib, hmac, json, time


def folkmoot_token(member, secret):
    """The token of the member who looks at the page; "" for a guest. The secret has at least 32 bytes."""
    if member is None:
        return ""

    def base64url(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    claims = {
        "sub": str(member["id"]),
        "name": member["name"],
        "role": "staff" if member["is_staff"] else "member",
        "groups": member["groups"],
        "joined": member["joined"],  # seconds since 1970
        "exp": int(time.time()) + 300,
    }
    parts = {"alg": "HS256", "typ": "JWT"}, claims
    signed = b".".join(base64url(json.dumps(part).encode()) for part in parts)
    signature = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return (signed + b"." + base64url(signature)).decode()
