/**
 * JSON merge patch (RFC 7396), without touching what it is given.
 *
 * What a patch does not name keeps its identity, so that a screen may compare by reference.
 */

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The document that `patch` makes of `target`. */
export function mergePatch(target, patch) {
  if (!isObject(patch)) return patch;
  const merged = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}
