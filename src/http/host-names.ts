import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** What this host is called by its own files, as they are now: nobody else decides what they say. */
export const hostNames = (): ReadonlySet<string> => namesOf(hostname(), read('/etc/hosts'), read('/etc/resolv.conf'));

/**
 * The names of a host, in small letters: as it calls itself, without its domain, within each domain in which it looks names up (resolv.conf(5)), and
 * whatever hosts(5) has on a line with one of these.
 */
export function namesOf(own: string, hosts: string, resolvConf: string): ReadonlySet<string> {
  const name = own.toLowerCase();
  const [short = ''] = name.split('.');
  const called = new Set([name, short, ...domains(resolvConf).map((domain) => `${short}.${domain}`)].filter((each) => each !== ''));
  const further = words(hosts).filter(([, ...names]) => names.some((each) => called.has(each)));
  return new Set([...called, ...further.flatMap(([, ...names]) => names)]);
}

const domains = (resolvConf: string): readonly string[] =>
  words(resolvConf)
    .filter(([key]) => key === 'search' || key === 'domain')
    .flatMap(([, ...names]) => names.map((each) => each.replace(/^\.|\.$/g, '')))
    .filter((each) => each !== '');

const words = (text: string): readonly (readonly string[])[] =>
  text.split('\n').map((line) =>
    line
      .replace(/[#;].*/, '')
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== ''),
  );

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
