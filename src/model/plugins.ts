import type { Driver } from './driver.js';
import type { Ipam } from './ipam.js';

/** Drivers that are programs of their own, found by their names when somebody asks for them. */
export interface Plugins {
  /** The driver of networks of this name; nothing where there is no plugin of it. Throws what is wrong with one that is there. */
  findDriver(name: string): Promise<Driver | undefined>;
  /** The same of addresses. */
  findIpam(name: string): Promise<Ipam | undefined>;
  /** One that is known from records: nobody is asked before it is needed. */
  rememberDriver(name: string, scope: 'local' | 'global'): Driver;
  /** The same of addresses. */
  rememberIpam(name: string): Ipam;
  /** The hosts that are there, of several that share networks, have changed: drivers that connect them are told. They are listed for those alone. */
  know(hosts: () => readonly { readonly address: string; readonly self: boolean }[]): void;
  /** Hears of plugins that answer. */
  follow(answered: (plugin: string) => void): void;
  close(): void;
}
