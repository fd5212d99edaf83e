"use strict";

const { createHmac } = require("node:crypto");
const user = require.main.require("./src/user");

/** Answers /folkmoot-token with the JWT of whoever is signed in; with an empty text for a guest. */
exports.load = async ({ router }) => {
  router.get("/folkmoot-token", async (req, res) => {
    res.set("Cache-Control", "no-store").type("text").send(req.uid > 0 ? await token(req.uid) : "");
  });
};

async function token(uid) {
  const { username, joindate } = await user.getUserFields(uid, ["username", "joindate"]);
  const role = (await user.isAdministrator(uid)) ? "staff" : "member";
  const claims = { sub: String(uid), name: username, role, joined: Math.floor(joindate / 1000), exp: Math.floor(Date.now() / 1000) + 300 };
  const part = (json) => Buffer.from(JSON.stringify(json)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", process.env.FOLKMOOT_SECRET).update(signed).digest("base64url")}`;
}
