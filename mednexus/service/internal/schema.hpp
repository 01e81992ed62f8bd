#pragma once

namespace mednexus::service::internal {

/// Version 1. Columns named *_sealed hold FieldSeal output; everything else is random ids, roots,
/// times and institution names. Source: docs/formats/home.md, "Tables".
inline constexpr const char* kSchema = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES('schema', '1');
CREATE TABLE patients(
  id TEXT PRIMARY KEY, seed_sealed BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE cases(
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, patient TEXT NOT NULL REFERENCES patients,
  root TEXT NOT NULL, manifest_sealed BLOB NOT NULL, profile TEXT NOT NULL,
  vector_sealed BLOB NOT NULL, stored INTEGER NOT NULL, leaf INTEGER NOT NULL);
CREATE TABLE object_keys(
  root TEXT PRIMARY KEY, header_sealed BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE commitments(
  commitment TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases(id),
  salt_sealed BLOB NOT NULL, job TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE consents(
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, case_id TEXT NOT NULL REFERENCES cases(id),
  revoked INTEGER NOT NULL DEFAULT 0);
CREATE TABLE shares(
  root TEXT NOT NULL, recipient TEXT NOT NULL, case_id TEXT NOT NULL REFERENCES cases(id),
  PRIMARY KEY(root, recipient)) WITHOUT ROWID;
CREATE TABLE received(
  number INTEGER PRIMARY KEY, commitment TEXT NOT NULL UNIQUE, sender TEXT NOT NULL,
  root TEXT NOT NULL, header_sealed BLOB NOT NULL, manifest_sealed BLOB NOT NULL,
  purpose TEXT NOT NULL, received INTEGER NOT NULL, leaf INTEGER NOT NULL);
CREATE TABLE workflows(
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, key TEXT NOT NULL,
  state TEXT NOT NULL, input_sealed BLOB NOT NULL, input_mac TEXT NOT NULL,
  outcome_sealed BLOB, begun INTEGER NOT NULL);
CREATE INDEX workflows_by_key ON workflows(kind, key, number);
CREATE INDEX workflows_open ON workflows(state, number) WHERE state = 'open';
CREATE TABLE steps(
  workflow TEXT NOT NULL REFERENCES workflows(id) ON DELETE CASCADE, name TEXT NOT NULL,
  output_sealed BLOB NOT NULL, PRIMARY KEY(workflow, name)) WITHOUT ROWID;
)sql";

/// What version 2 adds: what a chain said, and what waits to be said on it. In the clear: all of it
/// is, or will be, public on that chain. Salts are sealed.
inline constexpr const char* kSchemaChain = R"sql(
CREATE TABLE chain_blocks(
  number INTEGER PRIMARY KEY, hash TEXT NOT NULL, parent TEXT NOT NULL, time INTEGER NOT NULL);
CREATE TABLE chain_events(
  block INTEGER NOT NULL, log_index INTEGER NOT NULL, block_hash TEXT NOT NULL,
  address TEXT NOT NULL, topics BLOB NOT NULL, data BLOB NOT NULL,
  transaction_hash TEXT NOT NULL, subject TEXT NOT NULL,
  PRIMARY KEY(block, log_index)) WITHOUT ROWID;
CREATE INDEX chain_events_by_subject ON chain_events(subject, block, log_index);
CREATE TABLE chain_transactions(
  number INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, nonce INTEGER NOT NULL,
  raw BLOB NOT NULL, state TEXT NOT NULL, block INTEGER);
CREATE TABLE chain_items(
  number INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL UNIQUE,
  payload TEXT NOT NULL, state TEXT NOT NULL, problem TEXT NOT NULL DEFAULT '',
  transaction_hash TEXT REFERENCES chain_transactions(hash));
CREATE INDEX chain_items_open ON chain_items(kind, number) WHERE state = 'queued';
CREATE TABLE chain_consents(
  consent TEXT PRIMARY KEY REFERENCES consents(id), handle TEXT NOT NULL,
  commitment TEXT NOT NULL, salt_sealed BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE chain_cases(
  case_id TEXT PRIMARY KEY REFERENCES cases(id), handle TEXT NOT NULL,
  commitment TEXT NOT NULL, salts_sealed BLOB NOT NULL) WITHOUT ROWID;
UPDATE meta SET value = '2' WHERE key = 'schema';
)sql";

/// What version 3 adds: the consortium's documents and sessions, the encrypted index, and the blobs
/// that institutions fetch from each other. Seeds and pinned rounds are sealed.
/// Source: docs/formats/home.md and docs/formats/consortium.md.
inline constexpr const char* kSchemaConsortium = R"sql(
CREATE TABLE audiences(name TEXT PRIMARY KEY, until INTEGER) WITHOUT ROWID;
CREATE TABLE audience_readers(
  audience TEXT NOT NULL REFERENCES audiences(name) ON DELETE CASCADE, reader TEXT NOT NULL,
  PRIMARY KEY(audience, reader)) WITHOUT ROWID;
CREATE TABLE blobs(
  hash TEXT NOT NULL, audience TEXT NOT NULL REFERENCES audiences(name) ON DELETE CASCADE,
  PRIMARY KEY(hash, audience)) WITHOUT ROWID;
CREATE INDEX blobs_by_audience ON blobs(audience);
CREATE TABLE consortia(
  digest TEXT PRIMARY KEY, id TEXT NOT NULL, epoch INTEGER NOT NULL, note TEXT NOT NULL,
  state TEXT NOT NULL, UNIQUE(id, epoch)) WITHOUT ROWID;
CREATE TABLE sessions(
  consortium TEXT PRIMARY KEY REFERENCES consortia(digest) ON DELETE CASCADE,
  session TEXT NOT NULL DEFAULT '', share_seed_sealed BLOB, keys_note TEXT NOT NULL DEFAULT '')
  WITHOUT ROWID;
CREATE TABLE session_rounds(
  consortium TEXT NOT NULL REFERENCES consortia(digest) ON DELETE CASCADE, round TEXT NOT NULL,
  given_sealed BLOB NOT NULL, gave_sealed BLOB NOT NULL,
  PRIMARY KEY(consortium, round)) WITHOUT ROWID;
CREATE TABLE data_keys(
  name TEXT PRIMARY KEY, consortium_id TEXT NOT NULL, seed_sealed BLOB NOT NULL,
  state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE batches(
  id TEXT PRIMARY KEY, data_key TEXT NOT NULL REFERENCES data_keys(name), number INTEGER NOT NULL,
  state TEXT NOT NULL, sealed TEXT NOT NULL DEFAULT '', lifted TEXT NOT NULL DEFAULT '',
  session TEXT NOT NULL DEFAULT '', UNIQUE(data_key, number)) WITHOUT ROWID;
CREATE TABLE batch_slots(
  batch TEXT NOT NULL REFERENCES batches(id) ON DELETE CASCADE, slot INTEGER NOT NULL,
  case_id TEXT NOT NULL REFERENCES cases(id), PRIMARY KEY(batch, slot)) WITHOUT ROWID;
CREATE INDEX batch_slots_by_case ON batch_slots(case_id);
CREATE TABLE index_notes(
  owner TEXT NOT NULL, session TEXT NOT NULL, serial INTEGER NOT NULL, digest TEXT NOT NULL,
  note TEXT NOT NULL, PRIMARY KEY(owner, session, serial)) WITHOUT ROWID;
CREATE TABLE lifts(
  session TEXT NOT NULL, owner TEXT NOT NULL, batch TEXT NOT NULL, data_key TEXT NOT NULL,
  sealed TEXT NOT NULL, lifted TEXT NOT NULL, PRIMARY KEY(session, owner, batch)) WITHOUT ROWID;
CREATE TABLE openings(
  case_id TEXT NOT NULL REFERENCES cases(id), consortium TEXT NOT NULL, job TEXT NOT NULL,
  PRIMARY KEY(case_id, consortium, job)) WITHOUT ROWID;
UPDATE meta SET value = '3' WHERE key = 'schema';
)sql";

}  // namespace mednexus::service::internal
