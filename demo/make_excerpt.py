#!/usr/bin/env python3
"""Cuts demo/hpo/ out of a full HPO release. usage: demo/make_excerpt.py SOURCE_DIR

SOURCE_DIR holds hpo_terms.tsv, hpo_annotations.tsv and hpo_obsolete.tsv. Rows are copied byte for byte; only
the first line of each file gains a sentence. demo/README.md says how the rows are chosen.
"""

import hashlib
import json
import pathlib
import sys

DEMO = pathlib.Path(__file__).parent
NOTE = b"; EXCERPT for the MedNexus demo, rows unaltered, selection in demo/README.md"
COMPANY = 90  # diseases beside those of the cases, so that information content means something
TERMS_MIN, TERMS_MAX = 8, 32  # phenotype rows of such a disease


def read_rows(path):
    """Returns (version line, header line, rows), all bytes without their line ends."""
    lines = path.read_bytes().split(b"\n")
    return lines[0], lines[1], [line for line in lines[2:] if line]


def case_terms_and_diseases():
    terms, diseases = set(), set()
    for path in sorted(DEMO.glob("cases/*/*.json")):
        packet = json.loads(path.read_text(encoding="utf-8"))
        terms |= {feature["type"]["id"].encode() for feature in packet["phenotypicFeatures"]}
        diseases |= {entry["term"]["id"].encode() for entry in packet.get("diseases", [])}
    return terms, diseases


def with_company(diseases, annotations):
    """Adds the COMPANY OMIM diseases of fitting size whose SHA-256 of the id is smallest."""
    sizes = {}
    for row in annotations:
        fields = row.split(b"\t")
        if fields[0].startswith(b"OMIM:") and fields[4] == b"P":
            sizes[fields[0]] = sizes.get(fields[0], 0) + 1
    fitting = [d for d, n in sizes.items() if TERMS_MIN <= n <= TERMS_MAX and d not in diseases]
    return diseases | set(sorted(fitting, key=lambda d: hashlib.sha256(d).digest())[:COMPANY])


def closed(terms, parents):
    result, waiting = set(), list(terms)
    while waiting:
        term = waiting.pop()
        if term not in result:
            result.add(term)
            waiting += parents[term]
    return result


def write(name, version, header, rows):
    data = b"\n".join([version + NOTE, header, *rows]) + b"\n"
    (DEMO / "hpo" / name).write_bytes(data)
    print(f"{name}: {len(rows)} rows, {len(data)} bytes")


def main():
    source = pathlib.Path(sys.argv[1])
    term_file = read_rows(source / "hpo_terms.tsv")
    annotation_file = read_rows(source / "hpo_annotations.tsv")
    obsolete_file = read_rows(source / "hpo_obsolete.tsv")
    parents = {row.split(b"\t")[0]: [p for p in row.split(b"\t")[2].split(b";") if p] for row in term_file[2]}

    terms, diseases = case_terms_and_diseases()
    diseases = with_company(diseases, annotation_file[2])
    annotations = [row for row in annotation_file[2] if row.split(b"\t")[0] in diseases]
    terms |= {row.split(b"\t")[2] for row in annotations} | {b"HP:0000001", b"HP:0000118"}
    terms |= {part for row in annotations for part in row.split(b"\t")[3:4] if part.startswith(b"HP:")}
    terms = closed(terms, parents)

    (DEMO / "hpo").mkdir(exist_ok=True)
    write("hpo_terms.tsv", *term_file[:2], [r for r in term_file[2] if r.split(b"\t")[0] in terms])
    write("hpo_annotations.tsv", *annotation_file[:2], annotations)
    write("hpo_obsolete.tsv", *obsolete_file[:2],
          [r for r in obsolete_file[2] if set(b";".join(r.split(b"\t")[2:]).split(b";")) & terms])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
