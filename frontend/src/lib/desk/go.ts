import { deskAddress, importAddress, reviewAddress, suiteAddress } from '../router.svelte';

/** The address of a `go` of the content or the server: `guide:biliary-drainage`, `evidence:add:real-case`, `suite`. */
export function addressOf(go: string): string {
  if (go.startsWith('#/')) return go;
  const [what = '', ...rest] = go.split(':');
  const parts = rest.join('/').split('/').filter(Boolean);
  const [id] = parts;
  switch (what) {
    case 'suite':
    case 'session':
      return id ? suiteAddress(id) : deskAddress('room');
    case 'review':
      return id ? reviewAddress(id) : deskAddress('room');
    case 'import':
      return id ? importAddress(id) : deskAddress('room');
    case 'debrief': {
      const [attempt = '', moment] = (id ?? '').split('@');
      return `#/${['debrief', attempt, ...(moment ? [moment] : [])].map(encodeURIComponent).join('/')}`;
    }
    case 'patient':
    case 'room':
      return deskAddress('room');
    case 'practice':
    case 'guide':
    case 'glossary':
    case 'reflection':
    case 'field':
    case 'pathway':
    case 'evidence':
    case 'search':
    case 'settings':
      return deskAddress(what, ...parts);
    default:
      return deskAddress('home');
  }
}
