// What others wrote, such as the names in a fork's pull request, is text in a comment: it goes through escape or fenced,
// and can't leave its place, become a link, call somebody or look like our own words. sandbox/review/escape.go does the
// same, and its testdata/hostile.json holds the two to it.

// clean is a text on one line, without characters that can't be seen or that change the direction of others.
const clean = (text) =>
  text.replace(/\r\n|\n|\t/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');

const markup = {
  '\\': '\\\\', '`': '\\`', '*': '\\*', '_': '\\_', '~': '\\~', '|': '\\|', '[': '\\[',
  '&': '&amp;', '<': '&lt;', '>': '&gt;', $: '<span>$</span>',
};

// breakers are where a character without width keeps GitHub from making a link of an address, a person or an issue. It
// does that after Markdown, so that no escape helps.
const breakers = /(?<=@)(?=\w)|(?<=#)(?=\d)|(?<=GH-)(?=\d)|(?<=:)(?=\/\/)|(?<=[Ww]{3})(?=\.)/g;

// escape keeps a text from being Markdown or HTML.
const escape = (text) =>
  clean(text)
    .replace(/[\\`*_~|[&<>$]/g, (c) => markup[c])
    .replace(/^(\s*\d*)([-+=#.)])([-+=#.)]*(\s|$))/, '$1\\$2$3')
    .replace(breakers, '\u200b');

// fenced is a block that no text can leave: its fence is longer than any in it, and none in it is long.
function fenced(language, whole) {
  const text = whole.replace(/`{8}/g, '$&\u200b');
  let fence = '```';
  while (text.includes(fence)) {
    fence += '`';
  }
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  return [fence + language, ...lines.map(clean), fence].join('\n');
}

module.exports = { escape, fenced };
