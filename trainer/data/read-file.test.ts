import { expect, it } from 'vitest';
import { idxImagesHeader } from './idx-format.ts';
import { lookOf } from './read-file.ts';

const ofHex = (hex: string) => Buffer.from(hex, 'hex');
const tar = Buffer.concat([Buffer.from('digits/train'.padEnd(257, '\0')), Buffer.from('ustar\0')]);

it.each([
  ['an archive of several files', Buffer.from('PK\u0003\u0004…'), /^a ZIP archive: unpack it/],
  ['another', tar, /^a tar archive: unpack it/],
  ['a compressed file', ofHex('fd377a585a000004'), /^an xz file: unpack it/],
  ['another', Buffer.from('BZh91AY&SY'), /^a bzip2 file: unpack it/],
  ['another', ofHex('28b52ffd2400'), /^a Zstandard file: unpack it/],
  ['another', ofHex('377abcaf271c'), /^a 7z archive: unpack it/],
  ['a picture', ofHex('89504e470d0a1a0a'), /^a PNG picture: convert it to IDX/],
  ['an array', Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'), /^a NumPy array \(\.npy\): convert it/],
  ["a host's page", '\n<!DOCTYPE html><html><body>403 Forbidden', /^a web page, .*: download it again/],
  ['another', '\uFEFF<HTML>', /^a web page/],
  ["a storage's answer", '<?xml version="1.0"?><Error><Code>AccessDenied', /^XML, .*: download it again/],
  ["a service's answer", '{"message": "Not Found"}', /^JSON, .*: download it again/],
  ['another', '[]', /^JSON/],
  ['words', '404: Not Found\n', /^text \(“404: Not Found”\): download it again/],
  ['a table', '5,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0', /^text \(“5,0,0[,0]{35}”\)/],
  [
    'a pointer',
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7',
    /^a Git LFS pointer: .* git lfs pull/,
  ],
  ['another', '/annex/objects/SHA256E-s9912422--440f.gz\n', /^a git-annex pointer: .* git annex get/],
  ['text of another encoding', Buffer.from('\uFEFF{}', 'utf16le'), /^text in UTF-16/],
  ['a header written the wrong way round', idxImagesHeader(1).reverse().subarray(12), /^IDX with the bytes/],
  ['an array of floats', ofHex('00000d03000000010000001c0000001c'), /^IDX of other numbers/],
  ['a file that was never filled', new Uint8Array(600), /^nothing but zeros: copy/],
])('%s is told by how it begins', (_, contents, wanted) => {
  const look = lookOf(typeof contents === 'string' ? Buffer.from(contents) : contents);
  expect(`${look?.words}: ${look?.advice}`).toMatch(wanted);
});

it('what begins like nothing known has no name', () => {
  expect(lookOf(ofHex('e79b393d00ff'))).toBeUndefined();
});
