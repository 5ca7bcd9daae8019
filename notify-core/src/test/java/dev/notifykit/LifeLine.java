package dev.notifykit;

import dev.notifykit.fanout.FencedException;
import dev.notifykit.fanout.ShardLease;
import dev.notifykit.queue.PartitionLease;
import dev.notifykit.queue.PartitionLostException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/**
 * All of a client's ways to the world lead over it. When it is cut, that is as kill -9 for everybody else: what was under way has
 * happened, and nothing more does. The client's threads stand still at their next step until it is sure that nobody is hurt by them.
 */
final class LifeLine {

    private enum Life {
        LIVES,
        /** Stands still, and may wake. */
        STOPPED,
        /** Its threads go on to their ends, and reach nothing. */
        BURIED
    }

    private final ReadWriteLock crossing = new ReentrantReadWriteLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Life life = Life.LIVES;

    /** From now on nothing crosses; waits for what is crossing. Not from within a crossing. */
    void cut() {
        crossing.writeLock().lock();
        try {
            set(Life.STOPPED);
        } finally {
            crossing.writeLock().unlock();
        }
    }

    /** What stood still goes on as if nothing had happened. */
    void wake() {
        set(Life.LIVES);
    }

    void bury() {
        set(Life.BURIED);
    }

    boolean isCut() {
        return life != Life.LIVES;
    }

    private void set(Life next) {
        lock.lock();
        try {
            life = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns while it lives, at once or after it was woken. */
    void stand() {
        lock.lock();
        try {
            while (life == Life.STOPPED) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        if (life == Life.BURIED) {
            throw new IllegalStateException("this client is dead");
        }
    }

    <T> T cross(Callable<T> call) throws Exception {
        while (true) {
            stand();
            crossing.readLock().lock();
            try {
                if (!isCut()) {
                    return call.call();
                }
            } finally {
                crossing.readLock().unlock();
            }
        }
    }

    /** A store as the client sees it. */
    <T> T to(Class<T> type, T store, Consumer<Object> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            if (life == Life.BURIED) {
                return lastAnswer(method, args);
            }
            Object answer = cross(() -> invoke(store, method, args));
            if (answer != null) {
                answers.accept(answer);
            }
            return answer;
        }));
    }

    static Object invoke(Object store, Method method, Object[] args) throws Exception {
        try {
            return method.invoke(store, args);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** What lets a dead client's threads come to their ends without a word. */
    private static Object lastAnswer(Method method, Object[] args) {
        if (args != null && args[0] instanceof ShardLease lease) {
            throw new FencedException(lease);
        }
        if (args != null && args[0] instanceof PartitionLease lease) {
            throw new PartitionLostException(lease);
        }
        if (method.getReturnType() == List.class) {
            return List.of();
        }
        if (method.getReturnType() == Optional.class) {
            return Optional.empty();
        }
        throw new IllegalStateException("this client is dead");
    }
}
