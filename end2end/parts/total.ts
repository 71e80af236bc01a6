// The last line of a run: how many tests passed and how many failed.
import type { FullConfig, Reporter, Suite, TestError } from '@playwright/test/reporter';

export default class Total implements Reporter {
  private suite?: Suite;
  private broken = 0;

  onBegin(_config: FullConfig, suite: Suite) {
    this.suite = suite;
  }

  // What fails outside of any test, such as a file that can't be read.
  onError(_error: TestError) {
    this.broken += 1;
  }

  onEnd() {
    const outcomes = (this.suite?.allTests() ?? []).map((test) => test.outcome());
    const passed = outcomes.filter((outcome) => outcome === 'expected').length;
    const skipped = outcomes.filter((outcome) => outcome === 'skipped').length;
    const failed = outcomes.length - passed - skipped + this.broken;
    const rest = skipped > 0 ? `, ${skipped} skipped` : '';
    process.stdout.write(`\n${passed} passed, ${failed} failed${rest}\n`);
  }

  printsToStdio() {
    return true;
  }
}
