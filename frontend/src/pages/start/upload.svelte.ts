import { api, ApiError, failureFrom } from '../../lib/api';
import type { Fault } from './data.svelte';

interface ImportJob {
  id: string;
  state: string;
  fraction?: number;
  detail?: string;
  seconds?: number;
  error?: Fault | null;
  result?: unknown;
}

export type UploadPhase = 'none' | 'sending' | 'working' | 'done' | 'refused' | 'stopped';

/** One CT on its way in: sending, then the server's work; either can be stopped, and leaves nothing behind. */
export class Upload {
  phase = $state<UploadPhase>('none');
  name = $state('');
  fraction = $state(0);
  detail = $state('');
  fault = $state.raw<ApiError | null>(null);
  /** Id of the patient that came of it. */
  patient = $state<string | null>(null);
  onDone: () => void = () => {};
  private request: XMLHttpRequest | null = null;
  private job: string | null = null;
  private timer = 0;

  get busy(): boolean {
    return this.phase === 'sending' || this.phase === 'working';
  }

  send(files: { file: File; path: string }[]): void {
    if (this.busy || !files.length) return;
    const form = new FormData();
    for (const { file, path } of files) form.append('files', file, path);
    const [first] = files;
    this.name = files.length === 1 && first ? first.file.name : `${files.length} files`;
    this.fault = null;
    this.fraction = 0;
    this.detail = '';
    this.phase = 'sending';
    const request = new XMLHttpRequest();
    this.request = request;
    request.open('POST', '/api/imports');
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) this.fraction = event.loaded / event.total;
    };
    request.onload = () => {
      if (request.status >= 400) this.refuse(failureFrom(request.status, request.responseText));
      else this.follow((JSON.parse(request.responseText) as ImportJob).id);
    };
    request.onerror = () => this.refuse(new ApiError(0, 'upload-cut', 'The connection ended while sending. Nothing was kept; send it again.'));
    request.onabort = () => (this.phase = 'stopped');
    request.send(form);
  }

  stop(): void {
    if (this.phase === 'sending') this.request?.abort();
    else if (this.job) void api('DELETE', `imports/${this.job}`).catch(() => undefined);
  }

  dismiss(): void {
    if (!this.busy) this.phase = 'none';
  }

  close(): void {
    clearTimeout(this.timer);
  }

  /** Pick up an import that was under way when the page was loaded. */
  async resume(): Promise<void> {
    const jobs = await api<ImportJob[]>('GET', 'imports').catch(() => []);
    const running = jobs.find((job) => job.state === 'running' || job.state === 'waiting');
    if (!running || this.busy) return;
    this.name = 'a CT';
    this.follow(running.id);
  }

  private follow(id: string): void {
    this.job = id;
    this.phase = 'working';
    this.fraction = 0;
    void this.poll();
  }

  private async poll(): Promise<void> {
    try {
      const job = await api<ImportJob>('GET', `imports/${this.job}`);
      this.fraction = job.fraction ?? 0;
      this.detail = job.detail ?? '';
      if (job.state === 'done') {
        this.patient = (job.result as { patient_id?: string } | null)?.patient_id ?? null;
        this.phase = 'done';
        this.onDone();
      } else if (job.state === 'failed') {
        const error = job.error;
        const where = error?.where ? ` (${error.where})` : '';
        this.refuse(new ApiError(422, error?.code ?? 'import-failed', [`${error?.message ?? 'The import failed'}${where}.`, error?.way_out].filter(Boolean).join(' ')));
      } else if (job.state === 'cancelled') {
        this.phase = 'stopped';
      } else {
        this.timer = window.setTimeout(() => void this.poll(), 500);
      }
    } catch (error) {
      this.refuse(error instanceof ApiError ? error : new ApiError(0, 'page', String(error)));
    }
  }

  private refuse(fault: ApiError): void {
    this.fault = fault;
    this.phase = 'refused';
  }
}

/** All files of a drop, also those inside dropped folders. */
export async function droppedFiles(transfer: DataTransfer): Promise<{ file: File; path: string }[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => !!entry);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
  const found: { file: File; path: string }[] = [];
  for (const entry of entries) await walk(entry, found);
  return found;
}

async function walk(entry: FileSystemEntry, found: { file: File; path: string }[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, path: entry.fullPath.replace(/^\//, '') });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const each of some) await walk(each, found);
  }
}
