"""The metadata of a case file as RO-Crate: who asked, who handed in, what was judged with what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from evidence.bag.crate import CrateFile, Entity, file_id, write_crate
from inspection.casefile.layout import FROZEN, PACK, PACK_MANIFEST, PDF, StoredFile
from inspection.casefile.log import certificate_path
from inspection.casefile.rows import Row

Rows = Mapping[str, Sequence[Row]]
_LICENCE: Final = (
    "Hồ sơ thanh tra; sử dụng theo quy định của pháp luật về thanh tra và lưu trữ. "
    "(Inspection file; use is governed by the law on inspection and archives.)"
)


def describe(
    rows: Rows, files: Iterable[StoredFile], sizes: Mapping[str, int], *, at: datetime
) -> bytes:
    """The `ro-crate-metadata.json` of a case file."""
    campaign, inspection = rows["campaign"][0], rows["inspection"][0]
    body = next(one for one in rows["bodies"] if one["id"] == inspection["organization_id"])
    items = {item["path"]: item for item in rows["items"]}
    return write_crate(
        name=f"{campaign['title']} – {body['name']}",
        description=f"{campaign['decision']}. {campaign['legal_basis']}",
        licence=_LICENCE,
        at=at,
        files=[
            CrateFile(
                path=file.path,
                name=file.name,
                media_type=file.media_type,
                size_bytes=sizes[file.sha256],
                sha256=file.sha256,
                about=_about(file, items),
            )
            for file in files
        ],
        root={
            "identifier": f"urn:uuid:{inspection['id']}",
            "temporalCoverage": f"{campaign['period_from']}/{campaign['period_to']}",
            "about": {"@id": _body_id(body)},
            "author": {"@id": _urn(campaign["body_id"])},
            "mentions": [{"@id": _run_id(run)} for run in rows["evaluations"]],
        },
        entities=[*_bodies(rows), *_people(rows), *_runs(rows)],
    )


def _about(file: StoredFile, items: Mapping[str, Row]) -> Entity:
    item = items.get(file.path)
    if item is None:
        return {}
    return {
        "identifier": f"urn:uuid:{item['id']}",
        "dateCreated": item["received_at"],
        "creator": {"@id": _urn(item["received_by"])},
    }


def _bodies(rows: Rows) -> Iterator[Entity]:
    for body in rows["bodies"]:
        yield {
            "@id": _body_id(body),
            "@type": "Organization",
            "name": body["name"],
            "identifier": body["code"],
        }


def _people(rows: Rows) -> Iterator[Entity]:
    for person in rows["people"]:
        yield {
            "@id": _urn(person["id"]),
            "@type": "Person",
            "name": person["full_name"],
            "jobTitle": person["position"],
        }


def _runs(rows: Rows) -> Iterator[Entity]:
    """Every run as an act: with which rules, on which files, with what result."""
    paths = {item["id"]: item["path"] for item in rows["items"]}
    paths |= {one["id"]: certificate_path(one["destruction_id"]) for one in rows["destroyed"]}
    for run in rows["evaluations"]:
        inputs = [one for one in rows["inputs"] if one["evaluation_id"] == run["id"]]
        yield {
            "@id": _run_id(run),
            "@type": "CreateAction",
            "name": f"Evaluation {run['number']}",
            "agent": {"@id": _urn(run["requested_by"])},
            "endTime": run["finished_at"],
            "instrument": {"@id": file_id(PACK + PACK_MANIFEST)},
            # What was held back since then is told as withheld, and lies nowhere here.
            "object": [
                {"@id": file_id(path)}
                for path in dict.fromkeys(paths.get(one["item_id"], "") for one in inputs)
                if path
            ],
            "result": [
                {"@id": file_id(f"verdicts/{run['number']}/{what}.parquet")}
                for what in ("violations", "facts")
                if run[f"{what}_sha256"]
            ],
        }
    for conclusion in rows["conclusions"]:
        if conclusion["pdf_sha256"]:
            yield {
                "@id": _urn(conclusion["id"]),
                "@type": "CreateAction",
                "name": "Conclusion",
                "agent": {"@id": _urn(conclusion["issuer_id"])},
                "endTime": conclusion["issued_at"],
                "object": [{"@id": file_id(FROZEN)}],
                "result": [{"@id": file_id(PDF)}],
            }


def _urn(uuid: str) -> str:
    return f"urn:uuid:{uuid}"


def _body_id(body: Row) -> str:
    return _urn(body["id"])


def _run_id(run: Row) -> str:
    return _urn(run["id"])
