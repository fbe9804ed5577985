const assert = require('node:assert');
const path = require('node:path');
const test = require('node:test');

const { escape, fenced } = require('./markdown.js');

// What a review does with the same texts, which the tests of sandbox/review hold that to.
const hostile = require(path.join(__dirname, '../../sandbox/review/testdata/hostile.json'));

for (const { is, text, escaped } of hostile) {
  test(`escapes ${is}`, () => {
    assert.strictEqual(escape(text), escaped);
    assert.ok(fenced('', text).split('\n').length === text.replace(/\r\n?/g, '\n').trimEnd().split('\n').length + 2);
  });
}

test('a fence is longer than any in it', () => {
  assert.strictEqual(fenced('diff', 'a\n````\nb\n'), '`````diff\na\n````\nb\n`````');
});
