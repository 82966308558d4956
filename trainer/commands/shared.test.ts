import { expect, it } from 'vitest';
import { evaluateCommand, resumeCommand } from './shared.ts';

it('gives commands whose words a shell takes back as they are', () => {
  expect(resumeCommand('toy', { artifacts: 'artifacts' })).toBe('npm run train -- --resume toy');
  expect(resumeCommand('toy', { artifacts: 'my runs', data: "it's" })).toBe(
    "npm run train -- --resume toy --artifacts 'my runs' --data 'it'\\''s'",
  );
  expect(evaluateCommand('toy', '$HOME')).toBe("npm run evaluate -- --run toy --artifacts '$HOME'");
});
