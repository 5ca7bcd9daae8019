package dev.notifykit.testkit.contract;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/** Runs a contract as JUnit would, and tells which of its tests failed: what is broken on purpose must fail some. */
final class ContractRun {

    private final Supplier<?> contract;
    private final Map<String, Throwable> failures = new LinkedHashMap<>();

    private ContractRun(Supplier<?> contract) {
        this.contract = contract;
    }

    /** By method name, with the first failure of each. */
    static Map<String, Throwable> failures(Supplier<?> contract) {
        return failures(contract, method -> true);
    }

    /** Of some of its tests. */
    static Map<String, Throwable> failures(Supplier<?> contract, Predicate<Method> which) {
        ContractRun run = new ContractRun(contract);
        for (Method method : contract.get().getClass().getMethods()) {
            if (!which.test(method)) {
                continue;
            }
            if (method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(TestFactory.class)) {
                run.run(method);
            }
        }
        return run.failures;
    }

    /** Of one test, found by its name. */
    static @Nullable Throwable failure(Supplier<?> contract, String test) {
        ContractRun run = new ContractRun(contract);
        for (Method method : contract.get().getClass().getMethods()) {
            if (method.getName().equals(test)) {
                run.run(method);
                return run.failures.get(test);
            }
        }
        throw new IllegalArgumentException("no such test: " + test);
    }

    private void run(Method test) {
        Object instance = contract.get();
        attempt(test, () -> {
            each(instance, BeforeEach.class);
            Object dynamic = call(instance, test);
            if (dynamic instanceof Stream<?> tests) {
                tests.forEach(each -> attempt(test, ((DynamicTest) each).getExecutable()));
            }
        });
        attempt(test, () -> each(instance, AfterEach.class));
    }

    private void attempt(Method test, Executable call) {
        try {
            call.execute();
        } catch (TestAbortedException skipped) {
            // Neither good nor bad.
        } catch (Throwable e) {
            failures.putIfAbsent(test.getName(), e);
        }
    }

    private static void each(Object instance, Class<? extends Annotation> kind) throws Throwable {
        List<Method> methods = Arrays.stream(instance.getClass().getMethods())
                .filter(method -> method.isAnnotationPresent(kind))
                .toList();
        for (Method method : methods) {
            call(instance, method);
        }
    }

    private static @Nullable Object call(Object instance, Method method) throws Throwable {
        try {
            method.setAccessible(true);
            return method.invoke(instance);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
