"""Acts on Dokumente and their versions, with the Uploads that become one."""

import hashlib
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from lebenszyklus_modell import (
    ANY,
    CONTENT,
    KEY,
    MATCH,
    ONE,
    PEOPLE,
    UPLOAD_MINUTES,
    WHO,
    Dokument,
    Modell,
    Upload,
    Version,
    if_any,
    sub_of,
)

OFFSET = {"Content-Type": "application/partial-upload"}
# In parts, or in the request itself.
IN_PARTS = st.sampled_from([True, False, False])


def has_old_versions(one: Dokument) -> bool:
    return len(one.versions) > 1 and one.deleted is None and not one.gone


class DokumentRules(Modell):
    """Drafts, check-outs, versions, the Papierkorb, and files in parts."""

    add_dokument: Any
    wait: Any

    @precondition(lambda self: self.vorgaenge)
    @rule(who=WHO, vorgang=ONE, content=CONTENT, in_parts=IN_PARTS, twice=KEY)
    def create_dokument(self, who: str, vorgang: int, content: bytes, in_parts: bool, twice: bool) -> None:
        inside = self.one(self.vorgaenge, vorgang)
        upload = self.an_upload(who) if in_parts else None
        wrong = self.reach(who, "write", inside) or if_any([inside], "zda") | self.unusable(upload, who)
        version = self.version(upload, content, who)
        options: dict[str, Any] = {"twice": twice, "noted": [("dokument.created", None)]}
        made = self.act(f"vorgaenge/{inside.id}/dokumente", who, wrong, files=self.file(upload, version), **options)
        if made:
            facts: dict[str, Any] = {"vorgang": inside, "oe": inside.oe, "rang": inside.rang, "nummer": 0}
            self.add_dokument(Dokument(id=made["id"], versions=[version], **facts))
            self.use(upload)

    @precondition(lambda self: self.dokumente)
    @rule(who=WHO, dokument=ONE, minutes=st.sampled_from([1, 5, 30, 60]), match=MATCH)
    def check_out(self, who: str, dokument: int, minutes: int, match: str) -> None:
        self.check_out_one(self.one(self.dokumente, dokument), who, minutes, match)

    def check_out_one(self, one: Dokument, who: str, minutes: int, match: str) -> None:
        holder = self.holder(one)
        wrong = if_any([one.vorgang], "zda") | self.unless(holder in {None, who})
        noted = [("dokument.checked_out", one.id)] * (holder is None)
        options: dict[str, Any] = {"body": {"dauer_minuten": minutes}, "noted": noted, "forgives": holder == who}
        if self.act_on(one, "checkout", who, "write", match, wrong, **options) and holder is None:
            one.lease = (who, self.now + minutes)

    @precondition(lambda self: any(one.lease for one in self.dokumente))
    @rule(who=WHO, dokument=ONE, minutes=st.integers(1, 60), match=MATCH)
    def renew(self, who: str, dokument: int, minutes: int, match: str) -> None:
        who, one = self.a_holder(who, dokument)
        wrong = if_any([one.vorgang], "zda") | self.unless(self.holder(one) == who)
        options: dict[str, Any] = {"body": {"dauer_minuten": minutes}, "noted": [("dokument.checkout_renewed", one.id)]}
        if self.act_on(one, "renew", who, "write", match, wrong, **options):
            one.lease = (who, max(one.lease[1], self.now + minutes))

    @precondition(lambda self: any(one.lease for one in self.dokumente))
    @rule(who=WHO, dokument=ONE, match=MATCH)
    def release(self, who: str, dokument: int, match: str) -> None:
        who, one = self.a_holder(who, dokument)
        noted = [("dokument.checkout_released", one.id)]
        if self.act_on(one, "release", who, "write", match, self.unless(self.holder(one) == who), noted=noted):
            one.lease = None

    @precondition(lambda self: any(one.lease for one in self.dokumente))
    @rule(who=WHO, dokument=ONE, match=MATCH)
    def break_it(self, who: str, dokument: int, match: str) -> None:
        _, one = self.a_holder(who, dokument)
        wrong, noted = self.unless(self.holder(one) is not None), [("dokument.checkout_broken", one.id)]
        if self.act_on(one, "break", who, "lead", match, wrong, body={"grund": "Urlaub"}, noted=noted):
            one.lease = None

    @precondition(lambda self: any(one.lease for one in self.dokumente))
    @rule(who=WHO, dokument=ONE, content=CONTENT, in_parts=IN_PARTS, match=MATCH, twice=KEY)
    def check_in(self, *, who: str, dokument: int, content: bytes, in_parts: bool, match: str, twice: bool) -> None:
        who, one = self.a_holder(who, dokument)
        self.check_in_one(one, who, content, self.an_upload(who) if in_parts else None, match=match, twice=twice)

    @precondition(lambda self: self.dokumente)
    @rule(who=WHO, dokument=ONE, content=CONTENT)
    def revise(self, who: str, dokument: int, content: bytes) -> None:
        one = self.likely(self.dokumente, dokument, lambda one: one.deleted is None and self.holder(one) is None)
        self.check_out_one(one, who, 5, "*")
        self.check_in_one(one, who, content, None, match="*", twice=False)

    @precondition(lambda self: any(one.lease and one.deleted is None for one in self.dokumente))
    @rule(dokument=ONE, content=CONTENT)
    def check_in_too_late(self, dokument: int, content: bytes) -> None:
        one = self.one([one for one in self.dokumente if one.lease and one.deleted is None], dokument)
        who, ends = one.lease
        if self.now < ends:
            self.wait(ends - self.now)
        self.check_in_one(one, who, content, None, match="*", twice=False)

    def check_in_one(
        self, one: Dokument, who: str, content: bytes, upload: Upload | None, *, match: str, twice: bool
    ) -> None:
        wrong = if_any([one.vorgang], "zda") | self.unless(self.holder(one) == who)
        # A file of which nothing is known is missed only by who could check it in.
        wrong = wrong or self.unusable(upload, who)
        version = self.version(upload, content, who)
        options: dict[str, Any] = {"twice": twice, "noted": [("dokument.checked_in", one.id)]}
        if self.act_on(one, "checkin", who, "write", match, wrong, files=self.file(upload, version), **options):
            one.versions.append(version)
            self.world.rows["dokumentversion"] += 1
            one.lease = None
            self.use(upload)

    @precondition(lambda self: any(has_old_versions(one) for one in self.dokumente))
    @rule(who=WHO, dokument=ONE, back=st.sampled_from([1, 1, 1, 2, 3, 0]), match=MATCH, twice=KEY)
    def restore(self, who: str, dokument: int, back: int, match: str, twice: bool) -> None:
        one = self.likely(self.dokumente, dokument, has_old_versions)
        nummer = len(one.versions) - back
        if nummer < 1:
            self.act(f"dokumente/{one.id}/versionen/{nummer}/restore", who, {403, 404, 422})
            return
        wrong = if_any([one.vorgang], "zda") | self.unless(back > 0 and self.holder(one) in {None, who})
        options: dict[str, Any] = {"twice": twice, "noted": [("dokument.version_restored", one.id)]}
        if self.act_on(one, f"versionen/{nummer}/restore", who, "write", match, wrong, **options):
            old = one.versions[nummer - 1]
            one.versions.append(Version(content=old.content, name=old.name, by=sub_of(who), out_of=nummer))
            self.world.rows["dokumentversion"] += 1

    @precondition(lambda self: self.dokumente)
    @rule(who=WHO, dokument=ONE, match=MATCH)
    def freeze(self, who: str, dokument: int, match: str) -> None:
        one = self.one(self.dokumente, dokument)
        sub, final = sub_of(who), one.versions[-1].final
        wrong = if_any([one.vorgang], "zda") | self.unless(self.holder(one) is None and final in {None, sub})
        noted = [("dokument.frozen", one.id)] * (final is None)
        if self.act_on(one, "freeze", who, "write", match, wrong, noted=noted, forgives=final == sub):
            one.versions[-1].final = sub

    @precondition(lambda self: self.dokumente)
    @rule(who=WHO, dokument=ONE, match=MATCH)
    def register_dokument(self, who: str, dokument: int, match: str) -> None:
        one = self.one(self.dokumente, dokument)
        wrong = if_any([one.vorgang], "zda", "entwurf") | self.unless(one.zeichen is None)
        noted = [("dokument.registered", one.id)]
        if made := self.act_on(one, "register", who, "write", match, wrong, noted=noted):
            self.number(one, made["aktenzeichen"], [one.vorgang])

    @precondition(lambda self: self.dokumente)
    @rule(who=WHO, dokument=ONE, match=MATCH)
    def delete(self, who: str, dokument: int, match: str) -> None:
        one = self.one(self.dokumente, dokument)
        final = any(version.final for version in one.versions)
        wrong = if_any([one.vorgang], "zda") | self.unless(not (one.zeichen or final or self.holder(one)))
        options: dict[str, Any] = {"method": "DELETE", "noted": [("dokument.discarded", one.id)]}
        if self.act_on(one, "", who, "write", match, wrong, **options) is not None:
            one.deleted = self.now

    @precondition(lambda self: any(one.deleted is not None for one in self.dokumente))
    @rule(who=WHO, dokument=ONE, match=MATCH)
    def recover(self, who: str, dokument: int, match: str) -> None:
        lost = [one for one in self.dokumente if one.deleted is not None]
        one = self.one(lost if dokument % 4 else self.dokumente, dokument)
        person, wrong = PEOPLE[who], if_any([one.vorgang], "zda")
        wrong = {"old": {412}, "none": {428}}.get(match) or wrong
        is_there = not one.gone and one.deleted is not None and person.may("read", one.oe, one.rang)
        wrong = self.reach(who, "write") or ({404} if not is_there else wrong)
        options: dict[str, Any] = {"if_match": self.header(one, match), "noted": [("dokument.recovered", one.id)]}
        if self.act(f"papierkorb/{one.id}/restore", who, wrong, **options):
            one.deleted = None

    @precondition(lambda self: self.dokumente)
    @rule(who=WHO, dokument=ONE, nummer=st.integers(1, 4), start=st.none() | st.integers(0, 5))
    def read(self, who: str, dokument: int, nummer: int, start: int | None) -> None:
        one = self.one(self.dokumente, dokument)
        path = f"dokumente/{one.id}/versionen/{nummer}/inhalt"
        headers = {} if start is None else {"Range": f"bytes={start}-"}
        served = self.world.call("GET", path, who, headers=headers)
        if self.reach(who, "read", one) or nummer > len(one.versions):
            assert served.status_code == 404
            return
        content = one.versions[nummer - 1].content
        if start is not None and start >= len(content):
            assert served.status_code == 416
            return
        assert served.status_code == (200 if start is None else 206)
        assert served.content == content[start or 0 :]

    # Files in parts.

    @rule(who=WHO, content=CONTENT, hashed=st.sampled_from(["right", "right", "wrong", None]), twice=KEY)
    def begin_upload(self, who: str, content: bytes, hashed: str | None, twice: bool) -> None:
        said = {"dateiname": "Teile.bin", "groesse": len(content)}
        if hashed is not None:
            said["sha256"] = hashlib.sha256(content if hashed == "right" else b"").hexdigest()
        wrong = self.reach(who, "write")
        if made := self.act("uploads", who, wrong, said, twice=twice, noted=[("upload.begun", None)]):
            facts: dict[str, Any] = {"ends": self.now + UPLOAD_MINUTES, "is_right": hashed != "wrong"}
            self.uploads.append(Upload(id=made["id"], who=who, content=content, **facts))

    @precondition(lambda self: any(not one.gone for one in self.uploads))
    @rule(who=WHO, upload=ANY, length=st.integers(0, 30), slip=st.sampled_from([0, 0, 0, 0, 1]))
    def send_part(self, who: str, upload: int, length: int, slip: int) -> None:
        """The next bytes of an Upload, now and then from another place, by another person, or too many."""
        one = self.one([one for one in self.uploads if not one.gone], upload)
        who = who if upload % 5 == 0 else one.who
        start, left = one.arrived + slip, len(one.content) - one.arrived
        part = one.content[start : start + length] + b"x" * max(0, length - left)
        too_long = length > left
        whole = one.arrived + min(length, left) == len(one.content)
        wrong = {413} if too_long else {422} if whole and not one.complete and not one.is_right else set()
        wrong = self.reach(who, "write") or ({404} if who != one.who else {409} if slip else wrong)
        headers = {"Upload-Offset": str(start), **OFFSET}
        sent: dict[str, Any] = {"method": "PATCH", "content": part, "headers": headers, "if_match": None}
        self.act(f"uploads/{one.id}", who, wrong, **sent)
        if who == one.who and not slip:
            one.arrived += min(length, left)
            one.gone = one.gone or wrong == {422}
            one.complete = one.complete or (whole and not wrong)

    @precondition(lambda self: self.uploads)
    @rule(who=WHO, upload=ANY)
    def give_up_upload(self, who: str, upload: int) -> None:
        one = self.one(self.uploads, upload)
        wrong = self.reach(who, "write") or ({404} if one.gone or who != one.who else set())
        options: dict[str, Any] = {"method": "DELETE", "if_match": None, "noted": [("upload.given_up", one.id)]}
        if self.act(f"uploads/{one.id}", who, wrong, **options) is not None:
            one.gone = True

    # What several of them need.

    def a_holder(self, who: str, dokument: int) -> tuple[str, Dokument]:
        """Return a Dokument that somebody checked out, and mostly that person."""
        one = self.one([one for one in self.dokumente if one.lease], dokument)
        return (who if dokument % 3 == 0 else one.lease[0]), one

    def an_upload(self, who: str) -> Upload | None:
        """Return the newest Upload of a person, or of another one."""
        own = [one for one in self.uploads if one.who == who]
        return self.one(own or self.uploads, len(own) - 1)

    def unusable(self, upload: Upload | None, who: str) -> set[int]:
        if upload is None:
            return set()
        return {404} if upload.gone or upload.who != who else self.unless(upload.complete)

    def version(self, upload: Upload | None, content: bytes, who: str) -> Version:
        name = "Teile.bin" if upload else "Datei.bin"
        return Version(content=upload.content if upload else content, name=name, by=sub_of(who))

    @staticmethod
    def file(upload: Upload | None, version: Version) -> dict[str, Any]:
        return {"upload_id": (None, upload.id)} if upload else {"datei": (version.name, version.content)}

    @staticmethod
    def use(upload: Upload | None) -> None:
        if upload is not None:
            upload.gone = True
