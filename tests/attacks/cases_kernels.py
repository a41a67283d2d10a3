import sys
TABLE = sys.modules["cxm_scene"].Table()
