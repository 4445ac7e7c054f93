import { types } from 'node:util';

/**
 * Jest runs tests in a context of their own, with an Error of its own, so that what Node itself throws (a system error) is
 * no instance of it. In the product there is one Error; this makes `instanceof` answer here as it does there.
 */
const ordinary = Function.prototype[Symbol.hasInstance];

for (const [Class, isOne] of [
  [Error, () => true],
  [AggregateError, (error) => Array.isArray(error.errors)],
]) {
  Object.defineProperty(Class, Symbol.hasInstance, {
    value(candidate) {
      return ordinary.call(this, candidate) || (this === Class && types.isNativeError(candidate) && isOne(candidate));
    },
  });
}
