"""Words that hold sentences together, in the languages of our outlets. They say nothing of an event.

Only a start: the merge takes them for common until it has seen enough articles to know by itself. Fewer than thirty of a
language do; which ones hardly matters.
"""

from __future__ import annotations

STOPWORDS = frozenset(
    """
    a about after all also an and any are as at be because been before but by can could did do does for from had has have
    he her him his how i if in into is it its just may more most new no not now of on one only or other our out over said
    say says she so some than that the their them then there these they this those through to two up us was we were what
    when where which while who will with would year years you your

    als am an auch auf aus bei bis dann das dass dem den der des die ein eine einem einen einer eines er es für hat haben
    ich ihr im in ist mehr mit nach nicht noch nur oder sagte sein seine sich sie sind so über um und von vor war waren
    was wenn werden wie wird wurde zu zum zur

    à au aux avec ce cette ces comme dans de des deux du elle en est et été il ils je la le les leur lui mais ne nous on ont
    ou où par pas plus pour qui que qu sa se ses son sont sur un une

    al como con de del desde el ella en entre es esta este fue ha han hasta la las lo los más muy no para pero por que se
    según ser sin sobre su sus también un una y ya

    ao aos as com da das do dos e em foi mais mas na nas no nos o os ou pela pelo pelos são seu sua também um uma

    alla che chi ci da dal dalla dei del della delle di e gli ha hanno i il in la le lo ma nel nella non per più se si sono
    stato su sul un una uno

    aan al bij dan dat de die door een en er had heeft het hij hun ik in is maar met naar niet nog of om ook op te tot uit
    van voor was wat werd worden wordt zal ze zich zijn

    а без бы был была были было в во вот для до его ее если же за и из или их к как когда который на над не но о об он она
    они от по под при с со так также то только у что чтобы это

    або але без був була були було в від він вона вони для до з за зі й його її і із їх на не під по при про та так також
    те у це що щоб як який

    bir bu da daha de değil diye en gibi göre hem her için ile ise kadar ki ne o olan olarak oldu olduğunu sonra tarafından
    var ve veya

    ale a bez był była były być co czy dla do i jak jako jest już lub ma na nie o od oraz po przez przy się są ta tak tego
    ten to tym w z za ze że

    في من على إلى عن أن إن ما لا هذا هذه التي الذي كان كانت قد قال مع بعد بين كما أو ثم هو هي و

    av att de den det du en ett för från har han i inte jag med och om på sig som till var vi är at av blir ble de den det
    en er et for fra ham har hun ikke men og om på sin som til var ved
    """.split()  # noqa: SIM905 - a list literal of 700 words is no better to read
)
