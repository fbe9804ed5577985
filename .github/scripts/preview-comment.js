// Puts the sandbox's diff on the pull request that a run of preview.yml was for, in one comment that is kept up to date.
// Where that run has no diff, says so in the comment, which would go on speaking of an earlier commit.
//
// The diff is what the pull request's own code has written, so that of a fork can say whatever it likes. The comment is
// the repository's, and shows it as text: nothing of it can look like a verdict of ours.

const fs = require('node:fs');

const { escape, fenced } = require('./markdown.js');

const marker = '<!-- sandbox diff -->';

// GitHub refuses comments above 65536 characters.
const limit = 60000;

// fenceAfter is the fence that is open after a line, or ''. Only one that is as long and stands alone closes it.
function fenceAfter(fence, line) {
  const [, marks, rest] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) || [];
  if (!marks) {
    return fence;
  }
  if (fence === '') {
    return marks;
  }
  return marks.startsWith(fence) && rest.trim() === '' ? '' : fence;
}

// picture begins a diagram, which is of no use in part.
const picture = '```mermaid';

// blocks are a text's parts: each folded section and each picture whole, and the lines between them. A line within a fence
// is only text.
function blocks(text) {
  const found = [[]];
  let fence = '';
  for (const line of text.split('\n')) {
    if (fence === '' && (line.startsWith('<details>') || line.startsWith(picture))) {
      found.push([]);
    }
    const before = fence;
    fence = fenceAfter(fence, line);
    found.at(-1).push(line);
    const drawn = before !== '' && fence === '' && found.at(-1)[0].startsWith(picture);
    if (drawn || (before === '' && line === '</details>')) {
      found.push([]);
    }
  }
  return found.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
}

// cut ends a text at a line, and what is still open there.
function cut(text, most) {
  const kept = text.slice(0, most).split('\n').slice(0, -1);
  const fence = kept.reduce(fenceAfter, '');
  return [...kept, ...(fence ? [fence] : []), '', 'Cut here.'].join('\n');
}

// fit shortens a text to a number of characters: it leaves out folded sections and pictures, the properties first and then
// the longest, and only then cuts.
function fit(text, most) {
  const parts = blocks(text);
  const size = () => parts.join('\n').length;
  const order = parts
    .map((part, i) => ({ i, folded: part.startsWith('<details>') || part.startsWith(picture), first: part.includes('<summary>Property by property'), length: part.length }))
    .filter(({ folded }) => folded)
    .sort((a, b) => Number(b.first) - Number(a.first) || b.length - a.length);
  for (const { i } of order) {
    if (size() <= most) {
      break;
    }
    const [, title] = /<summary>(.*?)<\/summary>/.exec(parts[i]) || [];
    parts[i] = `*Left out here: ${escape((title || (parts[i].startsWith(picture) ? 'a picture' : 'a folded section')).slice(0, 100))}.*`;
  }
  const whole = parts.join('\n');
  return whole.length <= most ? whole : cut(whole, most);
}

// harmless is a text that notifies nobody.
const harmless = (text) => text.replace(/@(?=\w)/g, '@\u200b');

// isFork says whether a run's branch is in another repository than ours. Who may push to ours may comment as well.
const isFork = (run, { owner, repo }) => run.head_repository.full_name?.toLowerCase() !== `${owner}/${repo}`.toLowerCase();

// ofFork is a fork's diff as text, and what it is worth.
const ofFork = (text) => [
  '**The code of a fork wrote the text below, its verdict included. Nobody has checked it.** Read the code, and then run',
  '`go run ./cmd/sandbox diff --base main` with it yourself.',
  '',
  fenced('text', fit(text, limit * 0.8)), // which breaks long fences up, and so adds to them
].join('\n');

// pullOf is the open pull request that has the run's branch and commit. The event names none when the branch is a
// fork's, and a number in the run's file could be anybody's.
async function pullOf(github, repo, run) {
  const open = await github.paginate(github.rest.pulls.list, {
    ...repo,
    state: 'open',
    head: `${run.head_repository.owner.login}:${run.head_branch}`,
  });
  return open.find((p) => p.head.sha === run.head_sha && p.head.repo?.id === run.head_repository.id);
}

module.exports = async ({ github, context, core, file }) => {
  const run = context.payload.workflow_run;
  const pull = await pullOf(github, context.repo, run);
  if (!pull) {
    core.info(`No open pull request has ${run.head_sha} as its head.`);
    return;
  }
  const comments = await github.paginate(github.rest.issues.listComments, { ...context.repo, issue_number: pull.number });
  const earlier = comments.find((c) => c.user?.login === 'github-actions[bot]' && c.body?.startsWith(marker));

  const parts = [marker];
  if (fs.existsSync(file)) {
    parts.push(`Commit ${run.head_sha}. [The run](${run.html_url}) has the whole diff in its summary.`);
    const text = fs.readFileSync(file, 'utf8');
    parts.push(isFork(run, context.repo) ? ofFork(text) : fit(harmless(text), limit));
  } else if (earlier) {
    parts.push(`Failed for commit ${run.head_sha}: there is no diff of it. [The run](${run.html_url}) says why.`);
  } else {
    core.info('There is no diff, and no comment of an earlier one.');
    return;
  }
  const body = parts.join('\n\n');
  if (earlier) {
    await github.rest.issues.updateComment({ ...context.repo, comment_id: earlier.id, body });
  } else {
    await github.rest.issues.createComment({ ...context.repo, issue_number: pull.number, body });
  }
};

module.exports.fit = fit;
