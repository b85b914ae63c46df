"""The made-up people of the stand-in: accounts, invitations, roles, grants, what somebody sees, the audit.

It decides far less than the gateway: rooms and hours are enough to look at the pages."""

import time
from datetime import datetime, timezone
from urllib.parse import unquote

PREFIXES = ("/api/v1/users", "/api/v1/invitations", "/api/v1/roles", "/api/v1/grants", "/api/v1/access",
            "/api/v1/audit", "/api/v1/areas")
GRANT = {"areas", "devices", "entities", "services", "paths"}


def rfc3339(t):
    return datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def person(name, full_name, role="member", **more):
    return {"username": name, "full_name": full_name, "email": "", "role": role, "language": "ko", "disabled": False,
            "created": rfc3339(time.time() - 9e6), "second_factor": name == "anna", **more}


class People:
    def __init__(self):
        now = time.time()
        self.people = [person("anna", "한안나", "admin"), person("minsu", "김민수"),
                       person("eve", "이브 돌봄이"), person("dan", ""),
                       person("old.neighbour", "옆집 아저씨", disabled=True)]
        self.invitations = [
            {"id": "i1", "role": "member", "full_name": "새 요양보호사", "invited_by": "anna",
             "created": rfc3339(now), "expires": rfc3339(now + 500_000), "state": "open"},
            {"id": "i2", "role": "admin", "full_name": "", "invited_by": "anna",
             "created": rfc3339(now), "expires": rfc3339(now + 500_000), "state": "open"},
            {"id": "i3", "role": "member", "full_name": "gone", "invited_by": "anna",
             "created": rfc3339(now), "expires": rfc3339(now - 5), "state": "expired"}]
        self.roles = [
            {"name": "caregiver", "source": "settings", "members": ["group:carers", "person:eve"],
             "grants": [{"areas": ["bedroom", "living_room"], "may": "read", "hours": ["08:00-20:00"]},
                        {"paths": ["wiki.example.org/care"], "may": "read"}]},
            {"name": "아이", "source": "database", "members": ["person:dan"], "includes": ["member"],
             "note": "숙제 먼저",
             "grants": [{"entities": ["light.dan_*"], "may": "control", "hours": ["07:00-21:00"],
                         "days": ["mon-fri"], "until": "2031-12-31"}]}]
        self.grants = [
            {"id": "g1", "source": "database", "who": ["person:minsu"], "areas": ["entrance"],
             "entities": ["light.*"], "may": "control", "note": "문 열어 줄 때"},
            {"source": "settings", "who": ["key:k1", "role:member"], "services": ["script.good_night"],
             "may": "control", "addresses": ["192.168.0.0/16"]}]
        self.ended = []
        self.audit = []
        for i, (event, actor, subject, detail) in enumerate([
                ("first_run", "", "anna", ""), ("login", "anna", "anna", ""), ("user_added", "anna", "eve", "role member"),
                ("role_added", "anna", "아이", "person:dan"), ("user_changed", "anna", "old.neighbour", "disabled"),
                ("login_failed", "", "", "unknown name"), ("login_failed", "", "eve", "wrong password"),
                ("login", "eve", "eve", "with a passkey"), ("settings_changed", "settings file", "", "roles, grants"),
                ("access_denied", "eve", "/api/v1/system", "only administrators may do this (4 times more)"),
                ("grant_added", "anna", "person:minsu", "g1: control, areas entrance, entities light.*"),
                ("passkey_refused", "", "dan", "my phone"), ("user_added", "command line", "minsu", "role member")] * 6):
            self.write(event, actor, subject, detail, now - 80_000 + i * 900)

    def write(self, event, actor, subject, detail="", at=None):
        client = "192.168.0.20" if actor not in ("command line", "settings file") else ""
        self.audit.insert(0, {"id": len(self.audit) + 1, "time": rfc3339(at or time.time()), "event": event, "actor": actor,
                              "client": client, "subject": subject, "detail": detail, "hash": "00"})

    def listed(self, query):
        def one(name):
            return query.get(name, [""])[0]
        found = [e for e in self.audit if (not one("before") or e["id"] < int(one("before")))
                 and one("who") in ("", e["actor"]) and one("event") in ("", e["event"])
                 and one("subject") in ("", e["subject"]) and one("from") <= e["time"]
                 and (not one("to") or e["time"] < one("to"))]
        limit = int(one("limit") or 100)
        return {"events": found[:limit]} | ({"next": found[limit - 1]["id"]} if len(found) >= limit else {})

    def roles_of(self, name):
        return [role for role in self.roles if f"person:{name}" in role.get("members", [])]

    def shown(self, one):
        logins = [e["time"] for e in self.audit if e["event"] == "login" and e["subject"] == one["username"]]
        own = [] if one["role"] == "admin" else [role["name"] for role in self.roles_of(one["username"])]
        return {**one, "roles": own, "last_login": max(logins, default=None)}

    def sees(self, who, at, room):
        """Roles narrow; hours of Seoul."""
        one = next((p for p in self.people if f"person:{p['username']}" == who), None)
        roles = self.roles_of(one["username"]) if one else []
        if not one or one["role"] == "admin" or not roles or any("member" in r.get("includes", []) for r in roles):
            return True, None
        moment = datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp() if at else time.time()
        clock = time.strftime("%H:%M", time.gmtime(moment + 9 * 3600))
        near = None
        for role in roles:
            for grant in role["grants"]:
                if room not in grant.get("areas", []) and "*" not in grant.get("areas", []):
                    continue
                span = grant.get("hours", ["00:00-24:00"])[0].split("-")
                if span[0] <= clock < span[1]:
                    return True, (role["name"], grant, [])
                near = (role["name"], grant, ["hours"])
        return False, near

    def explain(self, body):
        name = body["who"].removeprefix("person:")
        one = next((p for p in self.people if p["username"] == name), None)
        if not one:
            return None
        kind, _, room = body["what"].rpartition(":")
        allowed, why = self.sees(body["who"], body.get("at", ""), room)
        roles = ["admin"] if one["role"] == "admin" else [r["name"] for r in self.roles_of(name)] or ["member"]
        because = "administrators may do this" if roles == ["admin"] else "whoever has the role member may do this"
        if why or not allowed:
            because = "a grant allows it" if allowed else "your roles do not allow this" + (" at this time" if why else "")
        line = ""
        if why:
            line = "read, areas " + " ".join(why[1]["areas"]) + ", hours " + " ".join(why[1]["hours"])
        grants = [{"from": "role " + why[0], "grant": line, "fits": allowed,
                   "lacks": [{"code": code, "text": ""} for code in why[2]]}] if why else []
        return {"allowed": allowed, "because": because, "roles": roles, "what": {kind or "entity": room},
                "at": body.get("at") or rfc3339(time.time()), "time_zone": "Asia/Seoul", "grants": grants}

    def get(self, path, query, devices):
        if path == "/api/v1/areas":
            rooms = [name.split("/")[0] for name in devices if "/" in name]
            return {"areas": [{"name": name, "devices": rooms.count(name)} for name in sorted(set(rooms))]}
        return {"/api/v1/users": {"users": [self.shown(one) for one in self.people]}, "/api/v1/invitations": {"invitations": self.invitations},
                "/api/v1/roles": {"roles": self.roles}, "/api/v1/grants": {"grants": self.grants},
                "/api/v1/audit": self.listed(query)}.get(path)

    def change(self, method, path, body, by):
        """(status, answer), or (status, sentence)."""
        kind, name = (path.removeprefix("/api/v1/").split("/") + [""])[:2]
        name = unquote(name)
        if path == "/api/v1/access/explain":
            answer = self.explain(body)
            return (200, answer) if answer else (400, "there is no person of this name")
        if kind == "users":
            return self.change_person(method, path, name, body, by)
        if kind == "invitations":
            if method == "DELETE":
                self.invitations = [i for i in self.invitations if i["id"] != name]
                return 204, None
            made = {"id": "i9", "invited_by": by, "created": rfc3339(time.time()), "state": "open", "role": body["role"],
                    "full_name": body["full_name"], "expires": rfc3339(time.time() + body["days"] * 86400)}
            self.invitations.insert(0, made)
            return 201, made | {"link": "http://home.example/auth/invitation?token=" + "t" * 43}
        return self.change_rule(method, kind, name, body)

    def change_person(self, method, path, name, body, by):
        one = next((p for p in self.people if p["username"] == name), None)
        if method == "POST" and path == "/api/v1/users":
            if any(p["username"] == body["username"] for p in self.people):
                return 409, "there is an account of that name"
            self.people.append(person(body["username"], body["full_name"], body["role"], email=body["email"]))
            return 201, self.people[-1]
        if path.endswith("/reset-link"):
            return 201, {"link": "http://home.example/auth/reset?token=" + "r" * 43, "expires": rfc3339(time.time() + 86400)}
        if path.endswith("/second-factor"):
            self.write("second_factor_off", by, name, "all")
            return 204, None
        if one["role"] == "admin" and (method == "DELETE" or body.get("role") == "member" or body.get("disabled")):
            if sum(p["role"] == "admin" for p in self.people) == 1:
                return 409, "at least one administrator who can sign in must stay"
        if method == "DELETE":
            self.people.remove(one)
            return 204, None
        one.update(body)
        return 200, one

    def change_rule(self, method, kind, name, body):
        rules, key = (self.roles, "name") if kind == "roles" else (self.grants, "id")
        if method == "DELETE":
            rules[:] = [rule for rule in rules if rule.get(key) != name]
            return 204, None
        for number, grant in enumerate(body.get("grants", [body] if kind == "grants" else []), 1):
            if not GRANT & set(grant):
                entry = f"grants entry {number}: " if kind == "roles" else ""
                return 400, entry + "areas says nothing of what is granted: give areas, entities, devices, services or paths"
        if method == "PATCH":
            rule = next(rule for rule in rules if rule.get(key) == name)
            rule.update(body)
            for gone in [k for k, v in rule.items() if v is None or v == "" or v == []]:
                if gone != "grants":
                    del rule[gone]
            return 200, rule
        if body.get("name") in ("admin", "member"):
            return 400, "name admin and member are built in"
        if any(rule["name"] == body["name"] for rule in rules if kind == "roles"):
            return 409, "there is a role of this name"
        made = {**{k: v for k, v in body.items() if v or k == "grants"}, "source": "database"}
        rules.append(made if kind == "roles" else made | {"id": f"g{len(rules) + 1}"})
        return 201, rules[-1]
