// SPDX-License-Identifier: Apache-2.0
// Files that are taken into the bundle as they are.
declare module '*.txt' {
	const text: string;
	export default text;
}
