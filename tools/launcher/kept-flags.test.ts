import { describe, expect, it } from 'vitest';
import { keptFlag } from './kept-flags.mjs';

describe('keptFlag', () => {
  it('finds a flag that npm kept, by whatever name npm leaves it in the environment', () => {
    const event = { npm_lifecycle_event: 'train' };
    expect(keptFlag(['epochs'], { ...event, npm_config_epochs: '3' })).toContain(
      '`npm run train -- --epochs=3`',
    );
    expect(keptFlag(['dry-run'], { ...event, npm_config_dry_run: 'true' })).toContain('-- --dry-run`');
    // npm reads `--no-evaluate` as a switch that is off.
    expect(keptFlag(['no-evaluate'], { ...event, npm_config_evaluate: '' })).toContain('-- --no-evaluate`');
  });

  it('takes nothing else for one', () => {
    const npm = { npm_config_yes: '', npm_config_prefix: '/usr', npm_config_force: '' };
    expect(keptFlag(['epochs', 'force', 'no-evaluate'], npm)).toBeUndefined();
    expect(keptFlag(['no-evaluate'], { npm_config_evaluate: 'true' })).toBeUndefined();
  });
});
