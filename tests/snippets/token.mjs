import { createHmac } from "node:crypto";

/** The token of the member who looks at the page; "" for a guest. The secret has at least 32 bytes. */
export function folkmootToken(member, secret) {
  if (!member) return "";
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    sub: String(member.id),
    name: member.name,
    role: member.isStaff ? "staff" : "member",
    groups: member.groups,
    joined: member.joined, // seconds since 1970
    exp: Math.floor(Date.now() / 1000) + 300,
  };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
