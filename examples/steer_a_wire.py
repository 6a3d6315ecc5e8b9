"""The shortest way from Python to a wire in a vessel: push, look, and say where it is."""

import gymnasium

import angiosuite.gym
from angiosuite.gym import hands


def main() -> None:
    """Push a wire from the right groin into the aorta, catheter behind it."""
    env = gymnasium.make("angiosuite/Navigate-v0")
    env.reset(seed=1)
    for _ in range(45):  # six seconds
        env.step(hands(mm_s=(30, 0), rad_s=(0, 0)))
    for _ in range(30):
        shown, _, _, _, info = env.step(hands(mm_s=(0, 30), rad_s=(0, 0.5)))
    print(f"wire and catheter {shown['depth_mm'].round()} mm in, the tip in the {info['vessel']}")
    print(f"{info['left_mm']:.0f} mm to go, {shown['force_n'][1]:.2f} N on the walls")


if __name__ == "__main__":
    assert angiosuite.gym.environments()
    main()
