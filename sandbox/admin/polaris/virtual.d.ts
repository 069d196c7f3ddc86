declare module 'virtual:polaris-manifest' {
  const specs: readonly import('./manifest.ts').ElementSpec[];
  export default specs;
}
