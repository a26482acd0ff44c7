import type { SyntaxNode } from '@lezer/common';

const listParts: ReadonlySet<string> = new Set([
  'ArrayExpression',
  'TupleExpression',
  'ParenthesizedExpression',
  'ArgList',
  'String',
  'Comment',
  '[',
  ']',
  '(',
  ')',
  ',',
]);

/** Collects what a module's `__all__` names; reading it is harmless, building it by anything but literals is not. */
export class StarNames {
  private readonly found = new Set<string>();
  private computed = false;
  private present = false;

  constructor(private readonly source: string) {}

  get names(): readonly string[] | 'any' | undefined {
    if (this.computed) return 'any';
    return this.present ? [...this.found] : undefined;
  }

  see(node: SyntaxNode): void {
    if (this.source.slice(node.from, node.to) !== '__all__') return;
    const parent = node.parent;
    if (parent?.name === 'AssignStatement' || parent?.name === 'UpdateStatement')
      this.seeAssignment(parent, node);
    else if (parent?.name === 'MemberExpression' && parent.firstChild?.from === node.from)
      this.seeMethod(parent);
    else if (isTarget(node)) this.computed = true;
  }

  private seeAssignment(statement: SyntaxNode, target: SyntaxNode): void {
    const operator = statement.getChild('AssignOp') ?? statement.getChild('UpdateOp');
    if (operator === null || target.from > operator.from) return;
    const value = operator.nextSibling;
    const alone = target.prevSibling === null && statement.lastChild?.from === value?.from;
    if (alone && value !== null) this.add(value);
    else this.computed = true;
  }

  private seeMethod(member: SyntaxNode): void {
    const call = member.parent;
    const argList = call?.name === 'CallExpression' ? call.getChild('ArgList') : null;
    if (argList !== null) this.add(argList);
    else if (isTarget(member)) this.computed = true;
  }

  private add(value: SyntaxNode): void {
    this.present = true;
    const cursor = value.cursor();
    do {
      if (cursor.from >= value.to && cursor.from !== value.from) break;
      if (!listParts.has(cursor.name)) this.computed = true;
      if (cursor.name === 'String') this.addString(this.source.slice(cursor.from, cursor.to));
    } while (cursor.next());
  }

  private addString(literal: string): void {
    const name = /^[rRuU]?(['"])([^'"\\]*)\1$/.exec(literal)?.[2];
    if (name === undefined) this.computed = true;
    else this.found.add(name);
  }
}

/** Whether a node stands left of an assignment, as one of several targets or under a subscript. */
function isTarget(node: SyntaxNode): boolean {
  let at: SyntaxNode | null = node;
  while (at !== null && at.name !== 'AssignStatement' && at.name !== 'UpdateStatement') at = at.parent;
  const operator = at?.getChild('AssignOp') ?? at?.getChild('UpdateOp');
  return operator !== undefined && operator !== null && node.from < operator.from;
}
