/**
 * What every implementation of an SPI has to keep, as JUnit 5 tests: a store's or a service's own test extends the contract of its
 * SPI and says how one is made. Core's in-memory stores and both providers pass the same contracts.
 */
@NullMarked
package dev.notifykit.testkit.contract;

import org.jspecify.annotations.NullMarked;
