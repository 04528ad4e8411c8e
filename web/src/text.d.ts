// SPDX-License-Identifier: Apache-2.0
// Files that are taken into the bundle as they are; an empty object in one that leaves them out.
declare module '*.txt' {
	const text: string | object;
	export default text;
}
