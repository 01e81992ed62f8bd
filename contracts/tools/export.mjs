#!/usr/bin/env node
// usage: export.mjs [--check]
// Compiles src/ and writes abi/NAME.json (canonical JSON: sorted keys, no white space) and
// abi/NAME.bin (creation code in hex), one line each. With --check it writes nothing and compares
// bit for bit.
//
// It does not read forge's out/: forge compiles what changed, and the order of the compiler's own
// node numbers, which the bytecode may depend on, follows from what is compiled together. Here it
// is always the same sources under the same names.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const names = ['AnchorRegistry', 'CaseRegistry', 'ConsentRegistry', 'InstitutionRegistry'];

function fail(text) {
    process.stderr.write(`export: error: ${text}\n`);
    process.exit(1);
}

function loadCompiler() {
    try {
        return require('solc');
    } catch {
        process.stdout.write('SKIPPED: contracts/node_modules has no solc (npm ci)\n');
        process.exit(77);
    }
}

function standardInput() {
    const sources = {};
    for (const name of names) {
        const file = `src/${name}.sol`;
        sources[file] = { content: fs.readFileSync(path.join(root, file), 'utf8') };
    }
    return {
        language: 'Solidity',
        sources,
        settings: {
            remappings: ['@openzeppelin/=node_modules/@openzeppelin/'],
            evmVersion: 'cancun',
            optimizer: { enabled: true, runs: 200 },
            metadata: { appendCBOR: false },
            outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
        },
    };
}

function readImport(name) {
    const file = path.resolve(root, name);
    if (!file.startsWith(root + path.sep)) {
        return { error: `${name} is outside contracts/` };
    }
    try {
        return { contents: fs.readFileSync(file, 'utf8') };
    } catch {
        return { error: `${name} cannot be read` };
    }
}

function canonical(value) {
    if (Array.isArray(value)) {
        return `[${value.map(canonical).join(',')}]`;
    }
    if (value !== null && typeof value === 'object') {
        const member = (key) => `${JSON.stringify(key)}:${canonical(value[key])}`;
        return `{${Object.keys(value).sort().map(member).join(',')}}`;
    }
    return JSON.stringify(value);
}

function compile() {
    const output = JSON.parse(
        loadCompiler().compile(JSON.stringify(standardInput()), { import: readImport }));
    if ((output.errors ?? []).length > 0) {
        fail(output.errors.map((each) => each.formattedMessage).join('\n'));
    }
    const files = {};
    for (const name of names) {
        const contract = output.contracts[`src/${name}.sol`][name];
        const code = contract.evm.bytecode.object;
        if (!/^([0-9a-f]{2})+$/.test(code)) {
            fail(`${name} has no bytecode, or it is unlinked`);
        }
        files[`${name}.bin`] = `${code}\n`;
        files[`${name}.json`] = `${canonical(contract.abi)}\n`;
    }
    return files;
}

function check(files) {
    const folder = path.join(root, 'abi');
    const strays = fs.readdirSync(folder).filter((name) => !(name in files));
    const stale = Object.keys(files).filter((name) => {
        const file = path.join(folder, name);
        return !fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== files[name];
    });
    if (strays.length + stale.length > 0) {
        const names = [...stale, ...strays].join(' ');
        fail(`not what the sources compile to: ${names} (run contracts/tools/export.mjs)`);
    }
    process.stdout.write(`${Object.keys(files).length} files are what the sources compile to\n`);
}

function write(files) {
    fs.mkdirSync(path.join(root, 'abi'), { recursive: true });
    for (const [name, text] of Object.entries(files)) {
        fs.writeFileSync(path.join(root, 'abi', name), text);
    }
}

const flags = process.argv.slice(2);
if (flags.length === 1 && flags[0] === '--check') {
    check(compile());
} else if (flags.length === 0) {
    write(compile());
} else {
    fail('usage: export.mjs [--check]');
}
