"""Reading a CT that a hospital hands over: one plain series, or a refusal that says why.

`ct.read_ct` is the one door. Behind it: `container` (folder, zip or single file, with limits), `header`
(the allow-list: the only attributes that are ever read), `facts` (what of them may be kept), `series` (is it
one untilted, evenly spaced series?), `pixels` (stored values to HU), `nifti` (the other format), `plausible`
(are these HU, and of a body rather than a head?).

Nothing identifying passes this room: what `CtVolume` holds is voxels, geometry and a handful of facts
from closed lists. Nothing is written to disk here. Not here: compressed or multi-frame objects, tilted
gantries, several series (refused, with the way out). Start reading in `ct`.
"""

from angiosuite.dicom.ct import inspect, read_ct
from angiosuite.dicom.inspection import Inspection, SeriesSummary
from angiosuite.dicom.volume import CtVolume, SeriesFacts

__all__ = ["CtVolume", "Inspection", "SeriesFacts", "SeriesSummary", "inspect", "read_ct"]
