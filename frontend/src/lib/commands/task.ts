import type { Suite } from '../suite/suite.svelte';
import type { Command } from './commands';

const OPTIONS = [1, 2, 3, 4, 5, 6];
const asks = (s: Suite): boolean => s.doing.open && !!s.doing.task?.questions?.length;

export const taskCommands: Command[] = [
  { id: 'task.show', label: 'Task: what is asked, or back to the patient monitor', short: 'task', group: 'task', watch: true, keys: ['F3'], when: (s) => s.doing.task !== null, run: (s) => s.turnPatient() },
  { id: 'task.answer', label: 'Answer the question of the task: digits choose', short: 'answer', group: 'task', keys: ['Alt+KeyQ'], when: asks, run: (s) => s.answerMode() },
  ...OPTIONS.map((number): Command => ({
    id: `task.answer.${number}`,
    label: `Answer ${number}`,
    short: `answer ${number}`,
    group: 'task',
    keys: [`Digit${number}`],
    mode: 'answer',
    when: (s) => asks(s) && number <= (s.doing.question?.options?.length ?? 0),
    run: (s) => s.answer(number),
  })),
  { id: 'task.question_next', label: 'Next question of the task', short: 'next question', group: 'task', keys: ['ArrowRight'], mode: 'answer', when: (s) => (s.doing.task?.questions?.length ?? 0) > 1, run: (s) => s.doing.stepQuestion(1) },
  { id: 'task.question_previous', label: 'Question of the task before', short: 'question before', group: 'task', keys: ['ArrowLeft'], mode: 'answer', when: (s) => (s.doing.task?.questions?.length ?? 0) > 1, run: (s) => s.doing.stepQuestion(-1) },
  { id: 'task.hint', label: 'Next hint of the task', short: 'hint', group: 'task', keys: ['Shift+F3'], when: (s) => s.doing.nextHint > 0, run: (s) => s.hint() },
  { id: 'task.finish', label: 'Finish the task: press twice', short: 'finish', group: 'task', keys: ['Shift+F7'], when: (s) => s.doing.open, run: (s) => s.finish() },
];
