import { ApiError, failureFrom } from '../../lib/api';
import { leftWords } from '../import/incoming.svelte';

export type UploadPhase = 'none' | 'sending' | 'refused' | 'stopped';

/** One CT on its way to the server. What is made of it has a page of its own. */
export class Upload {
  phase = $state<UploadPhase>('none');
  name = $state('');
  fraction = $state(0);
  left = $state('');
  fault = $state.raw<ApiError | null>(null);
  /** Told the import's id once the server has everything. */
  onSent: (id: string) => void = () => {};
  private request: XMLHttpRequest | null = null;

  send(files: { file: File; path: string }[]): void {
    if (this.phase === 'sending' || !files.length) return;
    const form = new FormData();
    for (const { file, path } of files) form.append('files', file, path);
    const [first] = files;
    this.name = files.length === 1 && first ? first.file.name : `${files.length} files`;
    this.fault = null;
    this.fraction = 0;
    this.left = '';
    this.phase = 'sending';
    const began = performance.now();
    const request = new XMLHttpRequest();
    this.request = request;
    request.open('POST', '/api/imports');
    request.upload.onprogress = (event) => {
      if (!event.lengthComputable || !event.total) return;
      this.fraction = event.loaded / event.total;
      const seconds = (performance.now() - began) / 1000;
      this.left = seconds < 1 || this.fraction < 0.02 ? '' : leftWords((seconds * (1 - this.fraction)) / this.fraction);
    };
    request.onload = () => {
      if (request.status >= 400) return this.refuse(failureFrom(request.status, request.responseText));
      this.phase = 'none';
      this.onSent((JSON.parse(request.responseText) as { id: string }).id);
    };
    request.onerror = () => this.refuse(new ApiError(0, 'upload-cut', 'The connection ended while sending. Nothing was kept; send it again.'));
    request.onabort = () => (this.phase = 'stopped');
    request.send(form);
  }

  stop(): void {
    this.request?.abort();
  }

  dismiss(): void {
    if (this.phase !== 'sending') this.phase = 'none';
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
