package dev.notifykit.device;

import dev.notifykit.push.AppId;
import dev.notifykit.push.Target;
import dev.notifykit.push.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Knows which devices a user has, and which tokens are dead.
 *
 * <ul>
 *   <li>A target has one owner. Registered for another user it moves, in one step: nobody ever sees it with two users, or with none.
 *   <li>An installation of an app has one target. Registered with another one, for whichever user, it loses the one before.
 *   <li>The registration that arrives last wins, whatever times it names: a host's clock that is slow must not leave a phone with the person
 *       who had it before. Take over an older table before devices register by themselves.
 *   <li>A user has a limited number of devices; one more takes the place of that which was seen longest ago (among equals of that which
 *       comes last in {@link Device#MOST_RECENT_FIRST}), of whatever app.
 *   <li>A provider's verdict on a token removes it if it was registered no later than the verdict speaks of, and from then on the token is
 *       dead: it cannot be registered as of a time that the verdict covers. A later registration revives it. A token is never both
 *       registered and dead.
 * </ul>
 *
 * <p><b>Times.</b> Every {@link Instant} comes from the caller, who knows when a token was really handed over, seen, or sent to; hosts'
 * clocks must agree as well as NTP makes them. The store's own clock does two things: it ends what is remembered of dead tokens, and it
 * cuts off the future (a later time counts as now), since a device from next year would be immune from every verdict and sweep. Of one
 * target, the times of registration and last sign of life only move forwards, whoever registers it.
 *
 * <p>Thread-safe. No method blocks: calls end in the stage they return, on whatever thread the store has, so that an implementation can
 * let many ride together. A stage fails with {@link DeviceStoreUnavailableException} when the store cannot say. Every method may be repeated
 * without another effect, only its answer tells that it was done before. Nothing that is thrown or logged names a user or a token.
 */
public interface DeviceStore extends AutoCloseable {

    /** More phones, tablets and browsers than a person uses; it keeps one account from collecting tokens without end. */
    int DEFAULT_DEVICES_PER_USER = 64;

    /**
     * How long a dead token is remembered after the last verdict on it: as long as an ended fan-out is kept, so that no row that was read before
     * the verdict is still on its way afterwards.
     */
    Duration DEAD_TOKEN_TTL = Duration.ofDays(7);

    /**
     * Registers a device, on login and whenever the app hands over its token. A token that is dead as of {@link Device#registeredAt()} is
     * not registered; but if the installation is another user's, that user loses it all the same.
     *
     * @param device what is known of it
     * @return what was changed
     */
    CompletionStage<Registration> register(Device device);

    /**
     * Removes an installation, on logout. It takes the user, so that a logout which arrives late does not silence the person who has logged
     * in on the same phone since.
     *
     * @param user who logs out
     * @param app of which app
     * @param installation on which installation
     * @return whether the user had it
     */
    CompletionStage<Boolean> unregister(UserId user, AppId app, InstallationId installation);

    /**
     * Removes a target, where the host has no name for the installation.
     *
     * @param user who logs out
     * @param target the token
     * @return whether the user had it
     */
    CompletionStage<Boolean> unregister(UserId user, Target target);

    /**
     * The devices of a user, of all apps.
     *
     * @param user the user
     * @return in the order of {@link Device#MOST_RECENT_FIRST}; empty for a user who has none
     */
    CompletionStage<List<Device>> devicesOf(UserId user);

    /**
     * The devices of a user, of one app.
     *
     * @param user the user
     * @param app the app
     * @return in the order of {@link Device#MOST_RECENT_FIRST}
     */
    CompletionStage<List<Device>> devicesOf(UserId user, AppId app);

    /**
     * The device behind a target.
     *
     * @param target the token
     * @return the device, if it is registered
     */
    CompletionStage<Optional<Device>> find(Target target);

    /**
     * The device of an installation, whatever its target.
     *
     * @param app of which app
     * @param installation which installation
     * @return the device, if it is registered
     */
    CompletionStage<Optional<Device>> find(AppId app, InstallationId installation);

    /**
     * Some of the devices of an app, in the order of their targets' {@link Target#digest() digests}. A device that is registered all the
     * while that a listing goes on is listed once, whoever owns it; one that comes or goes is listed once or not at all.
     *
     * @param app which app
     * @param scan which part, where to begin, and how many at most
     * @return the devices. A cursor that is none of this store's fails the stage with an {@link IllegalArgumentException}
     */
    CompletionStage<DevicePage> devices(AppId app, Scan scan);

    /**
     * Some of all devices, in an order of the store's own; otherwise as {@link #devices(AppId, Scan)}.
     *
     * @param scan which part, where to begin, and how many at most
     * @return the devices
     */
    CompletionStage<DevicePage> devices(Scan scan);

    /**
     * Notes a sign of life. It only moves {@link Device#lastSeen()} forwards, and never {@link Device#registeredAt()}.
     *
     * @param target who was seen
     * @param at when
     * @return whether it is registered
     */
    CompletionStage<Boolean> seen(Target target, Instant at);

    /**
     * Removes everything that is kept of a user.
     *
     * @param user the user
     * @return how many devices that were
     */
    CompletionStage<Integer> erase(UserId user);

    /**
     * Takes a provider's word that a token is dead. The caller has made sure that the sender is above suspicion: a wrong key calls every
     * token dead.
     *
     * @param verdict which token, and since when
     * @return what has become of it
     */
    CompletionStage<TokenVerdict.Effect> verdict(TokenVerdict verdict);

    /**
     * Looks many targets up at once, so that a running fan-out can leave the dead ones out.
     *
     * @param targets about a page of them
     * @return those that are dead
     */
    CompletionStage<Set<Target>> dead(Collection<Target> targets);

    /**
     * Makes one step of a search for stale devices. A sweep, from its first step to its last, looks once at each device that is registered
     * all the while. What it removes is not dead, and can be registered at any time.
     *
     * @param sweep what is stale, and where to begin
     * @return what was found, and where the next step begins. A cursor that is none of this store's fails the stage with an
     *     {@link IllegalArgumentException}
     */
    CompletionStage<SweepReport> sweepStale(StaleSweep sweep);

    /**
     * Makes one step of a search for entries that point to what is no more. A store in which all that is known of a device changes in one step has
     * none, and answers that nothing was found.
     *
     * @param repair where to begin, and whether to remove
     * @return what was found, and where the next step begins. A cursor that is none of this store's fails the stage with an
     *     {@link IllegalArgumentException}
     */
    CompletionStage<RepairReport> repair(Repair repair);

    /** Frees what the store itself has opened. Idempotent. */
    @Override
    void close();
}
