package dev.notifykit.lane;

import dev.notifykit.push.AppId;
import dev.notifykit.push.Environment;
import dev.notifykit.push.ProviderId;
import dev.notifykit.push.Target;

/**
 * Names a lane: one app at one provider in one environment. Immutable.
 *
 * @param app the application
 * @param provider the channel
 * @param environment the provider's world
 */
public record LaneKey(AppId app, ProviderId provider, Environment environment) {

    /**
     * The lane a target belongs to.
     *
     * @param target the target
     * @return its lane's key
     */
    public static LaneKey of(Target target) {
        return new LaneKey(target.app(), target.provider(), target.environment());
    }

    /**
     * A lane in the production world.
     *
     * @param app the application id
     * @param provider the channel
     * @return the key
     */
    public static LaneKey of(String app, ProviderId provider) {
        return new LaneKey(AppId.of(app), provider, Environment.PRODUCTION);
    }

    @Override
    public String toString() {
        return app + "/" + provider + "/" + environment;
    }
}
