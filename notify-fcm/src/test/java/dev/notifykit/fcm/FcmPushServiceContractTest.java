package dev.notifykit.fcm;

import dev.notifykit.push.PushService;
import dev.notifykit.push.Target;
import dev.notifykit.testkit.FcmSimulator;
import dev.notifykit.testkit.contract.PushServiceContract;
import dev.notifykit.testkit.contract.SimulatorPeer;
import java.time.Duration;

class FcmPushServiceContractTest extends PushServiceContract {

    @Override
    protected SimulatorPeer startPeer() {
        FcmSimulator fcm = FcmSimulator.builder().start();
        return new SimulatorPeer(fcm) {
            @Override
            public PushService connect(Duration attemptTimeout) {
                return Rig.pointedAt(fcm).attemptTimeout(attemptTimeout).build();
            }

            @Override
            public Target target(int number) {
                return Target.fcm("com.acme.app", Rig.TOKEN + "-" + number);
            }
        };
    }

    @Override
    protected Duration modelTime() {
        return Duration.ofSeconds(2);
    }
}
