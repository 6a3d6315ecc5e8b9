/** The vessels as tubes in space, seen as the C-arm sees them or from where the hand turns them. Loaded when first shown. */
import {
  BufferGeometry,
  DirectionalLight,
  DoubleSide,
  Float32BufferAttribute,
  HemisphereLight,
  Line,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  OrthographicCamera,
  PerspectiveCamera,
  Raycaster,
  Scene,
  SphereGeometry,
  Vector2,
  Vector3,
  WebGLRenderer,
} from 'three';
import type { Vec3, Vessel } from './data';
import { corners, type Beam } from './projection';

const SIDES = 7;
/** Thin vessels stay visible, mm. */
const THINNEST = 0.6;

export interface SceneColours {
  of: (vessel: Vessel) => string;
  marked: string;
  tip: string;
  place: string;
  beam: string;
}

export interface SceneMarks {
  vessel: string | null;
  catheter: { vessel: string; tip: Vec3; course?: readonly Vec3[] } | null;
  place: Vec3 | null;
}

export class TreeScene {
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly xray = new PerspectiveCamera(30, 1, 10, 4000);
  private readonly free = new OrthographicCamera(-1, 1, 1, -1, -4000, 4000);
  private readonly tubes = new Map<string, Mesh<BufferGeometry, MeshLambertMaterial>>();
  private readonly vessels = new Map<string, Vessel>();
  private readonly field = new LineSegments(new BufferGeometry(), new LineBasicMaterial({ transparent: true, opacity: 0.7 }));
  private readonly course = new Line(new BufferGeometry(), new LineBasicMaterial({ depthTest: false }));
  private readonly tip: Mesh;
  private readonly place: Mesh;
  private readonly centre = new Vector3();
  private beam: Beam | null = null;
  /** Turned by the hand: degrees about the body's axis and up; null follows the C-arm. */
  private turn: { about: number; up: number } | null = null;
  private halfMm = 250;

  /** @throws Error when the browser gives no WebGL. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly colours: SceneColours,
  ) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: false, powerPreference: 'high-performance' });
    this.renderer.setClearColor(0x000000);
    this.scene.add(new HemisphereLight(0xffffff, 0x30343a, 2.2), this.field);
    const light = new DirectionalLight(0xffffff, 1.6);
    light.position.set(-200, -600, 400);
    this.scene.add(light);
    const ball = new SphereGeometry(1, 16, 12);
    this.tip = new Mesh(ball, new MeshBasicMaterial({ color: colours.tip, depthTest: false }));
    this.place = new Mesh(ball, new MeshBasicMaterial({ color: colours.place, depthTest: false, transparent: true, opacity: 0.8 }));
    this.field.material.color.set(colours.beam);
    this.course.material.color.set(colours.tip);
    this.course.renderOrder = 2;
    this.scene.add(this.course);
    for (const one of [this.tip, this.place]) {
      one.renderOrder = 2;
      one.visible = false;
      this.scene.add(one);
    }
  }

  dispose(): void {
    for (const tube of this.tubes.values()) {
      tube.geometry.dispose();
      tube.material.dispose();
    }
    this.renderer.dispose();
    this.renderer.forceContextLoss();
  }

  /** Show these vessels; what was built before is kept. */
  show(vessels: readonly Vessel[]): void {
    const wanted = new Set(vessels.map((one) => one.id));
    for (const [id, tube] of this.tubes) tube.visible = wanted.has(id);
    for (const vessel of vessels) {
      if (this.tubes.has(vessel.id) || vessel.points.length < 2) continue;
      const tube = new Mesh(tubeOf(vessel), new MeshLambertMaterial({ color: this.colours.of(vessel), side: DoubleSide }));
      tube.userData.id = vessel.id;
      this.tubes.set(vessel.id, tube);
      this.vessels.set(vessel.id, vessel);
      this.scene.add(tube);
    }
    const seen = [...this.tubes.values()].filter((one) => one.visible);
    if (!seen.length) return;
    const low = new Vector3(Infinity, Infinity, Infinity);
    const high = new Vector3(-Infinity, -Infinity, -Infinity);
    for (const { geometry } of seen) {
      geometry.computeBoundingBox();
      if (geometry.boundingBox) {
        low.min(geometry.boundingBox.min);
        high.max(geometry.boundingBox.max);
      }
    }
    this.centre.addVectors(low, high).multiplyScalar(0.5);
    this.halfMm = Math.max(80, 0.55 * Math.max(high.z - low.z, high.x - low.x));
  }

  mark({ vessel, catheter, place }: SceneMarks): void {
    for (const [id, tube] of this.tubes) {
      const one = this.vessels.get(id);
      if (!one) continue;
      tube.material.color.set(id === vessel ? this.colours.marked : this.colours.of(one));
      tube.material.emissive.set(id === vessel ? this.colours.marked : id === catheter?.vessel ? this.colours.tip : '#000');
      tube.material.emissiveIntensity = id === vessel ? 0.6 : 0.35;
    }
    this.tip.visible = catheter !== null;
    if (catheter) this.tip.position.set(...catheter.tip);
    this.course.visible = !!catheter?.course?.length;
    if (catheter?.course) {
      this.course.geometry.dispose();
      this.course.geometry = new BufferGeometry().setFromPoints(catheter.course.map((point) => new Vector3(...point)));
    }
    this.place.visible = place !== null;
    if (place) this.place.position.set(...place);
  }

  /** The picture's beam: the view of the C-arm, and the field as a pyramid. */
  aim(beam: Beam | null, box: readonly [number, number, number, number]): void {
    this.beam = beam;
    this.field.visible = beam !== null;
    if (!beam) return;
    const ends = corners(beam, box);
    const points = ends.flatMap((end, i) => [...beam.source, ...end, ...end, ...(ends[(i + 1) % 4] as Vec3)]);
    this.field.geometry.setAttribute('position', new Float32BufferAttribute(points, 3));
  }

  /** Turn by hand, degrees; the C-arm is no longer followed. */
  turnBy(about: number, up: number): void {
    this.turn ??= { about: 0, up: 0 };
    this.turn = { about: this.turn.about + about, up: Math.min(89, Math.max(-89, this.turn.up + up)) };
  }

  zoomBy(factor: number): void {
    this.halfMm = Math.min(800, Math.max(20, this.halfMm / factor));
  }

  follow(): void {
    this.turn = null;
  }

  get followsBeam(): boolean {
    return this.turn === null && this.beam !== null;
  }

  draw(): void {
    const side = Math.max(64, Math.round(this.canvas.clientWidth * devicePixelRatio));
    if (this.canvas.width !== side) this.renderer.setSize(side, side, false);
    this.renderer.render(this.scene, this.camera());
  }

  private camera(): PerspectiveCamera | OrthographicCamera {
    const { beam, turn } = this;
    const ball = turn || !beam ? this.halfMm / 45 : 5;
    this.tip.scale.setScalar(ball);
    this.place.scale.setScalar(ball);
    if (beam && !turn) {
      // From the source through the isocentre: what is near the tube is large, as in the picture.
      const { xray } = this;
      this.field.visible = false;
      xray.fov = (2 * Math.atan(beam.field / 2 / beam.sid) * 180) / Math.PI;
      xray.position.set(...beam.source);
      xray.up.set(-beam.row[0], -beam.row[1], -beam.row[2]);
      xray.lookAt(beam.source[0] + beam.towards[0], beam.source[1] + beam.towards[1], beam.source[2] + beam.towards[2]);
      xray.updateProjectionMatrix();
      // Seen from the tube the picture would be mirrored: the receptor shows it from its own side.
      xray.projectionMatrix.elements[0] *= -1;
      xray.projectionMatrixInverse.copy(xray.projectionMatrix).invert();
      return xray;
    }
    const { free } = this;
    this.field.visible = beam !== null;
    const [a, b] = [((turn?.about ?? 0) * Math.PI) / 180, ((turn?.up ?? 0) * Math.PI) / 180];
    const from = new Vector3(Math.sin(a) * Math.cos(b), -Math.cos(a) * Math.cos(b), Math.sin(b));
    free.left = -this.halfMm;
    free.right = this.halfMm;
    free.top = this.halfMm;
    free.bottom = -this.halfMm;
    free.up.set(0, 0, 1);
    free.position.copy(this.centre).addScaledVector(from, 1000);
    free.lookAt(this.centre);
    free.updateProjectionMatrix();
    return free;
  }

  /** The vessel at a point of the canvas (0..1). */
  at(u: number, v: number): { vessel: Vessel; point: Vec3 } | null {
    const caster = new Raycaster();
    caster.setFromCamera(new Vector2(2 * u - 1, 1 - 2 * v), this.camera());
    const hit = caster.intersectObjects([...this.tubes.values()].filter((one) => one.visible), false)[0];
    const vessel = hit && this.vessels.get(hit.object.userData.id as string);
    return hit && vessel ? { vessel, point: [hit.point.x, hit.point.y, hit.point.z] } : null;
  }
}

/** A tube about a centre line, as wide as its radius; rings are carried along so that they do not twist. */
function tubeOf({ points, radius }: Vessel): BufferGeometry {
  const positions: number[] = [];
  const normals: number[] = [];
  const index: number[] = [];
  const along = new Vector3();
  let side = new Vector3();
  points.forEach((point, i) => {
    const [before, after] = [points[Math.max(0, i - 1)] as Vec3, points[Math.min(points.length - 1, i + 1)] as Vec3];
    along.set(after[0] - before[0], after[1] - before[1], after[2] - before[2]).normalize();
    if (i === 0) side = new Vector3(Math.abs(along.x) < 0.9 ? 1 : 0, Math.abs(along.x) < 0.9 ? 0 : 1, 0);
    side.addScaledVector(along, -side.dot(along)).normalize();
    const other = new Vector3().crossVectors(along, side);
    const wide = Math.max(THINNEST, radius[i] ?? THINNEST);
    for (let k = 0; k < SIDES; k++) {
      const angle = (2 * Math.PI * k) / SIDES;
      const normal = new Vector3().addScaledVector(side, Math.cos(angle)).addScaledVector(other, Math.sin(angle));
      normals.push(normal.x, normal.y, normal.z);
      positions.push(point[0] + wide * normal.x, point[1] + wide * normal.y, point[2] + wide * normal.z);
    }
    if (i === 0) return;
    for (let k = 0; k < SIDES; k++) {
      const [a, b] = [(i - 1) * SIDES + k, (i - 1) * SIDES + ((k + 1) % SIDES)];
      index.push(a, b, a + SIDES, b, b + SIDES, a + SIDES);
    }
  });
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new Float32BufferAttribute(positions, 3));
  geometry.setAttribute('normal', new Float32BufferAttribute(normals, 3));
  geometry.setIndex(index);
  return geometry;
}
