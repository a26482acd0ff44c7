import { MlError } from '../../kernel/index.js';
import { safeSvg } from './safe-svg.js';

const around = (inner: string): string => `<svg xmlns="http://www.w3.org/2000/svg" width="1">${inner}</svg>`;

describe('A drawing', () => {
  it('keeps shapes and texts, and loses what loads or styles', () => {
    const drawn = around(
      '<g class="a" style="x:y" pointer-events="none"><path d="M0,0L1,1" fill="var(--one)"/><text>a &lt; b</text></g>',
    );
    expect(safeSvg(drawn)).toBe(
      around('<g class="a"><path d="M0,0L1,1" fill="var(--one)"/><text>a &lt; b</text></g>'),
    );
  });

  it.each([
    '<script>alert(1)</script>',
    '<foreignObject><b/></foreignObject>',
    '<image href="https://x/y.png"/>',
    '<a href="javascript:alert(1)"><text>x</text></a>',
    '<use href="#x"/>',
    '<path onclick="alert(1)" d="M0,0"/>',
    '<rect fill="url(https://x/y#z)"/>',
    "<rect fill='red'/>",
    '<!-- x -->',
    '<![CDATA[<script>]]>',
    '<?xml-stylesheet href="x"?>',
    '<style>*{}</style>',
    '<animate attributeName="href"/>',
    '< script>',
    '<g',
  ])('is refused with %s in it', (inner) => {
    expect(() => safeSvg(around(inner))).toThrow(MlError);
  });
});
