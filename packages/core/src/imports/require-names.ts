import type { SyntaxNode, Tree } from '@lezer/common';

import { argumentsOf } from './syntax.js';

/**
 * - `require`: imports its argument.
 * - `many`: imports every file that a pattern matches.
 * - `elsewhere`: makes a `require` that resolves from another place, or one that cannot be followed.
 */
export type CallRole = 'require' | 'many' | 'elsewhere';

/** Callees with every name of `require` written as `require`. */
const roles: ReadonlyMap<string, CallRole> = new Map<string, CallRole>([
  ['require', 'require'],
  ['require.resolve', 'require'],
  ['require.main.require', 'require'],
  ['module.require', 'require'],
  ['process.mainModule.require', 'require'],
  ['import.meta.resolve', 'require'],
  ['import.meta.glob', 'many'],
  ['import.meta.globEager', 'many'],
  ['require.context', 'many'],
  ['require.ensure', 'elsewhere'],
]);

const harmlessProperties: ReadonlySet<string> = new Set([
  'main',
  'cache',
  'extensions',
  'resolve',
  'context',
  'ensure',
]);

/** Knows under which names a file calls `require`: made by createRequire, given another name, or a property. */
export class RequireNames {
  private readonly requires = new Set(['require']);
  private readonly makers = new Set(['createRequire']);

  constructor(
    tree: Tree,
    private readonly source: string,
  ) {
    for (const match of source.matchAll(/\bcreateRequire\s*(?:as|:)\s*([\w$]+)/g))
      if (match[1] !== undefined) this.makers.add(match[1]);
    // A name may be given on in a function that stands before the name itself.
    for (let known = 0; known < this.requires.size;) {
      known = this.requires.size;
      this.learnFrom(tree);
    }
  }

  roleOf(callee: SyntaxNode): CallRole | undefined {
    if (this.isMadeRequire(callee)) return 'require';
    const [object = '', ...properties] = this.text(callee)
      .replace(/\s+|\?(?=\.)/g, '')
      .split('.');
    const canonical = [this.requires.has(object) ? 'require' : object, ...properties].join('.');
    const role = roles.get(canonical);
    if (role !== undefined) return role;
    return this.isMaker(callee) && !this.makesOwnRequire(callee) ? 'elsewhere' : undefined;
  }

  /** Whether a name or a shorthand property hands `require` to code that may call it with anything. */
  isHandedOn(node: SyntaxNode): boolean {
    if (!this.requires.has(this.text(node))) return false;
    if (node.name === 'Property') return true;
    const parent = node.parent;
    return parent === null || (this.usesOf(node, parent)[parent.name] ?? (() => true))();
  }

  /** Whether a use of `require`, by the kind of node that it stands in, gives it away. */
  private usesOf(node: SyntaxNode, parent: SyntaxNode): Readonly<Partial<Record<string, () => boolean>>> {
    const first = parent.firstChild?.from === node.from;
    return {
      CallExpression: () => !first,
      MemberExpression: () => first && !this.isHarmless(parent),
      UnaryExpression: () => !this.text(parent).startsWith('typeof'),
      TypeofType: () => false,
      BinaryExpression: () => parent.getChild('CompareOp') === null,
      VariableDeclaration: () => !isNamed(node),
      AssignmentExpression: () => !first && parent.firstChild?.name !== 'VariableName',
    };
  }

  private isHarmless(member: SyntaxNode): boolean {
    const property = member.lastChild;
    return property?.name === 'PropertyName' && harmlessProperties.has(this.text(property));
  }

  private learnFrom(tree: Tree): void {
    tree.iterate({
      enter: ({ name, node }) => {
        if (name === 'VariableDeclaration' || name === 'AssignmentExpression') this.learn(node);
      },
    });
  }

  /** `name = createRequire(...)` and `name = require`. */
  private learn(node: SyntaxNode): void {
    for (let child = node.firstChild; child !== null; child = child.nextSibling) {
      if (child.name !== 'VariableDefinition' && child.name !== 'VariableName') continue;
      const value = child.nextSibling?.name === 'Equals' ? child.nextSibling.nextSibling : null;
      if (value === null) continue;
      const isRequire = value.name === 'VariableName' && this.requires.has(this.text(value));
      const isMade = value.name === 'CallExpression' && this.isMaker(value.firstChild);
      if (isRequire || isMade) this.requires.add(this.text(child));
    }
  }

  /** `createRequire(...)` or `createRequire(...).resolve` in the place of a function. */
  private isMadeRequire(callee: SyntaxNode): boolean {
    const isResolve = callee.name === 'MemberExpression' && /\.\s*resolve$/.test(this.text(callee));
    const made = isResolve ? callee.firstChild : callee;
    return made?.name === 'CallExpression' && this.isMaker(made.firstChild);
  }

  private isMaker(callee: SyntaxNode | null): boolean {
    if (callee === null) return false;
    const name = callee.name === 'MemberExpression' ? callee.lastChild : callee;
    return name !== null && this.makers.has(this.text(name));
  }

  /** Whether createRequire is given this very file, and what it makes stays in sight. */
  private makesOwnRequire(callee: SyntaxNode): boolean {
    const call = callee.parent;
    if (call === null) return false;
    const [argument] = argumentsOf(call.getChild('ArgList') ?? undefined);
    const place =
      argument
        ?.map((node) => this.text(node))
        .join('')
        .replace(/\s+/g, '') ?? '';
    return /^(?:import\.meta\.(?:url|filename)|__filename)$/.test(place) && this.staysInSight(call);
  }

  private staysInSight(call: SyntaxNode): boolean {
    const parent = call.parent;
    if (parent === null) return false;
    switch (parent.name) {
      case 'CallExpression':
      case 'MemberExpression':
        return parent.firstChild?.from === call.from;
      case 'AssignmentExpression':
        return parent.firstChild?.name === 'VariableName';
      case 'VariableDeclaration':
        return parent.parent?.name !== 'ExportDeclaration' && isNamed(call);
      default:
        return false;
    }
  }

  private text(node: SyntaxNode): string {
    return this.source.slice(node.from, node.to);
  }
}

/** Whether a value stands in `name = value`, and not in a pattern. */
function isNamed(value: SyntaxNode): boolean {
  return value.prevSibling?.prevSibling?.name === 'VariableDefinition';
}
