import type { LinkResource, Resource, Stack } from './resource.js';

/** Of what describes an endpoint, what remains ours where its link is handed to another engine: all but what is upon that link. */
export const handedOver = (resources: readonly Resource[], stack: Stack, inside: string): readonly Resource[] =>
  resources.flatMap((each): readonly Resource[] => {
    if (each.kind === 'link') return [{ ...each, handed: true }];
    return each.in === stack && linkUnder(each) === inside ? [] : [each];
  });

/** A handed link as the kernel has it, without what is no longer ours to judge: where it or its other end is, and whether it is at all. */
export function handedAs(is: LinkResource | undefined, wanted: LinkResource): LinkResource {
  if (is?.spec.type !== 'veth' || wanted.spec.type !== 'veth') return wanted;
  return { ...is, handed: true, spec: wanted.spec };
}

function linkUnder(resource: Exclude<Resource, { kind: 'link' }>): string | undefined {
  if (resource.kind === 'route') return resource.dev;
  return 'link' in resource ? resource.link : undefined;
}
