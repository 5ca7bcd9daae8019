package dev.notifykit.testkit.contract;

/** A test that uses the fake must not learn anything that no real service does. */
class FakePushServiceTest extends PushServiceContract {

    @Override
    protected PushPeer startPeer() {
        return new FakePeer();
    }
}
