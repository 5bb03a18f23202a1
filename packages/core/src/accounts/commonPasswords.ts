/**
 * The passwords that attackers try first everywhere, folded by `searchKey`. Except for a few hundred of our own they
 * come from the frequency list of zxcvbn, in the package @zxcvbn-ts/language-common 4.1.3 (MIT, see NOTICE): all that
 * are long enough to be chosen here, and, of the 3,000 most common ones, those that are too short. The short ones are
 * also common with a few digits or signs around them.
 */

// Texts, since as many string literals take a page of quotes.
const long = `
  !@#$%^&*() 1234567890 12345678901 123456789012 0123456789 01234567890 0987654321 1234567891 1234567899 9876543210
  1111111111 0000000000 123456789a a123456789 123456789q q123456789 123456789z 123456789abc 1234567890a 1234567890q
  12345qwert 12345qwerty 123456qwerty 123456abcdef 123qwe123qwe 123qweasdzxc 123123123123 123321123321 1122334455
  1234512345 1234567654321 12341234123 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qazxsw23edc 1qaz1qaz1qaz
  1qaz@wsx3edc zaq12wsxcde3 zaq1zaq1zaq1 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedcrfv qazwsx123456 qazwsxedc123 q1q1q1q1q1
  qwertyuiop qwertyuiop1 qwertyuiop12 qwertyuiop123 qwertyuiop[] qwertyuiopasdfghjkl qwerty1234 qwerty12345 qwerty123456
  qwerty123456789 qwertyqwerty qwerty123qwerty qwertyasdf qwertyasdfgh qwertyuiop123456 qwert12345 qwert123456
  asdfghjkl1 asdfghjkl; asdfghjkl123 asdfasdfasdf asdfqwer1234 asdf1234asdf asdfgh12345 asdfghjklqwertyuiop zxcvbnm123
  zxcvbnm1234 zxcvbnmasdfghjkl zxcvbnm,./ poiuytrewq lkjhgfdsa1 mnbvcxz123 azertyuiop azerty1234 azerty12345
  azerty123456 qwertzuiop abcdefghij abcdefghijk abcdefghijkl abcd123456 abcde12345 abcdef1234 abcdef12345 abcdef123456
  abc1234567 abc12345678 abc123456789 abc123abc123 abcabcabcabc aaaaaaaaaa aa12345678 aa123456789 a1b2c3d4e5
  a1b2c3d4e5f6 a1s2d3f4g5 a1234567890 asd123asd123 abcd1234abcd abc123def456 aabbccddee password10 password11 password12
  password13 password21 password22 password23 password69 password99 password00 password01 password123 password1234
  password12345 password123456 password1! password1. password!! password123! password@1 password@123 password2020
  password2021 password2022 password2023 password2024 password2025 password2026 passwordpassword password1password
  mypassword mypassword1 mypassword123 thepassword newpassword newpassword1 yourpassword secretpassword nopassword
  temppassword changepassword userpassword adminpassword testpassword masterpassword defaultpassword p@ssw0rd123
  p@ssw0rd1! p@ssword123 p@ssw0rd12 passw0rd123 passw0rd12 passw0rd1234 pa55word123 pa$$word123 pass123456 pass1234567
  pass12345678 pass123456789 passpass123 passphrase1 passwort123 passwort1234 motdepasse motdepasse1 motdepasse123
  contraseña contrasena contrasena1 contrasena123 parola1234 senha12345 senha123456 wachtwoord wachtwoord1 wachtwoord123
  haslo123456 iloveyou10 iloveyou11 iloveyou12 iloveyou13 iloveyou22 iloveyou123 iloveyou1234 iloveyou12345 iloveyou!!
  iloveyou143 iloveyou4ever iloveyousomuch iloveyoubaby iloveyoutoo iloveyoubabe iloveyouall iloveyouforever ilovemymom
  ilovemydad ilovemyself ilovemydog ilovemycat ilovemusic ilovefootball ilovejesus ilovegod123 ilovechocolate iloveme123
  iloveme1234 ihateyou123 iloveu1234 loveyou123 loveyou1234 lovelove123 lovelovelove loveme1234 foreverlove forever123
  forever1234 truelove123 mylove1234 babygirl12 babygirl123 babygirl01 babygirl11 babygirl13 babygirl14 babygirl15
  babygirl16 babyboy123 sweetheart sweetheart1 sweetie123 beautiful1 beautiful12 beautiful123 princess12 princess123
  princess1234 princess01 princess10 princess11 princess13 princess21 princesa123 gorgeous123 heartbreaker heartbroken
  administrator administrator1 admin12345 admin123456 admin1234567 admin12345678 admin123admin adminadmin adminadmin1
  admin@1234 admin@12345 admin@123456 admin1234! admin2024! root123456 rootroot123 superadmin superadmin1 superuser1
  sysadmin123 letmein123 letmein1234 letmein12345 letmeinnow letmein2024 welcome123 welcome1234 welcome12345 welcome123!
  welcome@123 welcome2020 welcome2021 welcome2022 welcome2023 welcome2024 welcome2025 welcome2026 welcomehome
  changeme123 changeme1234 changemenow default123 default1234 temp123456 temporary1 temporary123 test123456 test1234567
  test12345678 test123test testtest123 testtesttest testing123 testing1234 testuser123 tester1234 guest12345 guest123456
  user123456 user12345678 username123 demo123456 login12345 login123456 access1234 secret1234 secret12345 secret123456
  master1234 master12345 master123456 hello12345 hello123456 hellohello hellohello1 helloworld helloworld1 helloworld123
  hello1234! computer12 computer123 computer1234 internet12 internet123 internet1234 company123 business123 office12345
  monday1234 summer2020 summer2021 summer2022 summer2023 summer2024 summer2025 summer2026 summer123! winter2020
  winter2021 winter2022 winter2023 winter2024 winter2025 winter2026 spring2023 spring2024 spring2025 spring2026
  autumn2023 autumn2024 autumn2025 autumn2026 december12 november11 september1 september11 football10 football11
  football12 football123 football1234 football21 football22 footballer basketball basketball1 basketball12 basketball123
  basketball23 baseball10 baseball11 baseball12 baseball123 volleyball volleyball1 volleyball12 cheerleader cheerleader1
  skateboard skateboard1 snowboard1 soccer1234 soccer12345 hockey1234 chelsea123 chelseafc1 arsenal123 arsenal1234
  liverpool1 liverpool12 liverpool123 manchester manchester1 manchester123 manutd1234 barcelona1 barcelona10
  barcelona123 realmadrid realmadrid1 realmadrid7 juventus123 cristiano7 cristiano1 ronaldo123 ronaldinho ronaldinho10
  ferrari123 mercedes123 chevrolet1 mustang123 lamborghini yankees123 steelers123 cowboys123 lakers1234 monkey1234
  monkey12345 monkey123456 dragon1234 dragon12345 dragon123456 shadow1234 shadow12345 sunshine12 sunshine123
  sunshine1234 superman12 superman123 superman1234 batman1234 batman12345 spiderman1 spiderman12 spiderman123 starwars12
  starwars123 starwars1234 startrek123 pokemon123 pokemon1234 pokemon12345 minecraft1 minecraft12 minecraft123
  fortnite123 playstation playstation1 playstation2 playstation3 nintendo123 counterstrike warcraft123 wolverine1
  trustno1trustno1 trustnoone trustno1234 whatever12 whatever123 whatever1234 butterfly1 butterfly12 butterfly123
  chocolate1 chocolate12 chocolate123 strawberry strawberry1 strawberry123 watermelon cookie1234 cookies123 pineapple1
  cheesecake blueberry1 cherry1234 banana1234 pepper1234 ginger1234 flower1234 flowers123 rainbow123 rainbow1234
  sunflower1 snowflake1 friendship friendship1 bestfriend bestfriend1 bestfriends bestfriends1 friends123 friends1234
  friends4ever family1234 family12345 happiness1 happy12345 happyday123 smile12345 angel12345 angelangel michael123
  michael1234 michelle12 michelle123 jessica123 jessica1234 jennifer12 jennifer123 jonathan123 elizabeth1 elizabeth12
  elizabeth123 christopher christopher1 christian1 christian12 christian123 alexander1 alexander12 alexander123
  alexandra1 alexandra123 stephanie1 stephanie12 stephanie123 nicholas123 benjamin123 samantha12 samantha123 victoria12
  victoria123 gabriella1 isabella123 brittany12 brittany123 ashley1234 daniel1234 daniel12345 andrew1234 matthew123
  anthony123 charlie123 charlie1234 jordan1234 jordan23jordan thomas1234 george1234 robert1234 william123 patrick123
  richard123 nicole1234 amanda1234 melissa123 danielle12 danielle123 vanessa123 patricia123 valentina1 alejandro1
  alejandra1 fernando123 francisco1 estrellita corazon123 teamomucho teamo12345 mariposa123 chocolates god1234567
  jesus12345 jesus123456 jesuschrist jesuschrist1 jesuslovesme jesusislord jesusisking godisgood1 godisgreat godisgreat1
  godislove1 godblessme godblessyou blessed123 blessing123 christmas1 christmas12 christmas25 hallelujah freedom123
  freedom1234 america123 american123 australia1 california california1 california123 newyork123 london2012 london12345
  indonesia1 philippines india12345 india123456 pakistan123 singapore1 malaysia123 jakarta123 bismillah1 bismillah123
  mahalkita1 mahalkita123 mahalkoh123 sayangkamu sayang12345 sakura1234 tokyo12345 nihon12345 arigatou123 konnichiwa
  konnichiwa1 konnichiha doraemon123 pikachu123 pikachu1234 naruto1234 naruto12345 dragonball dragonball1 dragonballz
  onepiece123 hellokitty hellokitty1 hellokitty123 woaini1314 woaini1314520 woaini5201314 woaini520520 5201314520
  1314520520 5201314123 a5201314520 asdasd123456 qq123456789 qwe123qwe123 qwe123456789 wang123456 zhang123456 1qaz2wsx3e
  147258369a 147258369147 1472583690 159753159753 1597534682 741852963a 7418529630 7894561230 789456123a 0147258369
  0123654789 3.1415926535 3141592653 31415926535 2718281828 1123581321 1029384756 1357924680 2468013579 1212121212
  1231231231 1313131313 6969696969 2222222222 3333333333 4444444444 5555555555 6666666666 7777777777 8888888888
  9999999999 1111111111a 11111111111 000000000000 111111111111 99999999999 1234554321 1234567889 12345678910
  123456789123 1234567890123 12345678987654321 123454321a 123456654321 1234432112 112233445566 11223344556 102030405060
  1020304050 10203040506 0102030405 0908070605 987654321a 98765432100 9876543211 a987654321 87654321aa 1a2b3c4d5e
  1a2b3c4d5e6f 1z2x3c4v5b z1x2c3v4b5 zzzzzzzzzz xxxxxxxxxx qqqqqqqqqq correcthorsebatterystaple hibikihibiki hibiki12345
  hibiki123456 hibiki1234 hibikichat hibiki-chat 4815162342 usuckballz1 soso123aljg fuck_inside mailcreated5240
  nuttertools terminator enterprise rjirfrgbde polniypizdec0211 fktrcfylhf sojdlg123aljg translator deepthroat
  undertaker motherlode multiplelo rjycnfynby syncmaster aleksandra salamander sersolution montgom240 leavemealone
  motherfucker tinkerbell ghostrider 7ugd5hip2j gfhjkmgfhjkm 9293709b13 microphone washington vsjasnel12 yjdsqgfhjkm
  anastasiya harrypotter abrakadabra alessandro 123456789s good123654 fuckinside konstantin underground tokiohotel
  highlander ghjcnjgfhjkm evangelion zxcasdqwe123 sonyericsson suckmydick pufunga7782 university ghhh47hj7649 roadrunner
  ironmaiden mississippi intercourse htubcnhfwbz 123456789m revolution absolutely vqsablpzla friendster masterbate
  123456789d vfntvfnbrf penetration 0192837465 cocksucker 123456789qwe nthvbyfnjh ilovepussy 1234509876 abracadabra
  madagaskar masterbating rfhfvtkmrf ghjcnbnenrf information supersonic qwerasdfzxcv qweasdzxc123 cheerleaers metallica1
  123456789r flvbybcnhfnjh experienced greedisgood 123456789987654321 blackberry mastermind interacial 1357908642
  123456789v q1q2q3q4q5 123456789o ghbdtnrfrltkf websolutions finalfantasy 1234567890z gangbanged 1qaz2wsx3edc4rfv
  christophe losangeles chickenwing101 quant4307s ghbdtndctv 3rjs1la7qe unbelievable housewifes groupd2013 vflfufcrfh
  experience babemagnet justinbieber lockerroom ejaculation pussylover contortionist armageddon casablanca knickerless
  newproject2004 lighthouse 1a2s3d4f5g qawsedrftg qazwsxedc1 evanescence porsche911 comicbookdb pornographic j3qq4h7h2v
  transexual braveheart masturbation 1213141516 123456789p shevchenko maximilian needforspeed devilmaycry businessbabe
  123456789l yfnfitymrf montecarlo zxcvb12345 fuckmehard callofduty masterbaiting uncencored 12345654321 pathfinder
  volkswagen maurolarastefy spartan117 0000000000o 12345678900 supernatural cxfcnkbdfz summertime penetrating
  astalavista asdfg12345 professional domainlock2005 scandinavian dhjnvytyjub 123456789k deutschland 17171717aa
  doggystyle dkflbvbhjdbx momsanaladventure hd764nw5d7e1vb1 qazwsxedcrfvtgb peternorth a1a2a3a4a5 aleksander lifeisgood
  darthvader 123hfjdk147 insertions techniques 8phrowz622 badnaamhere 5hsu75kpot dkflbvbhjdyf 3216732167 alexandria
  mostwanted opensesame 8phrowz624 bondarenko mapet123456 pussylicker thunderbird postov1000 limpbizkit solidsnake
  connection copenhagen cinderella goldfinger angelofwar zaq1xsw2cde3 zcxfcnkbdf fuckyou123 parliament bladerunner
  vfvfvskfhfve 1a2a3a4a5a gy3yt2rgls jediknight winchester hondacivic ctdfcnjgjkm q1234567890 123456789n fkmnthyfnbdf
  intelligence ghjcnjghjcnj admin18533362 underworld girlfriend wonderland 23176djivanfros salamandra 123456789qwerty
  smallville qwertasdfg cyberonline galatasaray mitsubishi qazxswedcvfr azsxdcfvgb wellington cvzefh1gkc 89600506779
  blingbling psychnaut1 darkknight 1q2q3q4q5q sailormoon pussyeater whosyourdaddy oc247ngucz 1111111111zz prettygirl
  1223334444 duranduran 123123123q moneymoney fktrcfylhjdbx astonvilla 89015173454 multimedia fktrcfylhjdyf parolparol
  whatthefuck 123456789w 541233432442 t34vfrc1991 sunderland fgjrfkbgcbc 123456789qaz cnjvfnjkju 1234qwerty mickeymouse
  4904s677075 1111122222 fartripper qpwoeiruty 12345trewq 0147896325 dashadasha ghbdtnghbdtn 12345678900987654321
  birthday21 51051051051 venom121293 ambassador 12345zxcvb painkiller webhompass chesterfield apocalypse neveragain
  moneymaker 010203040506 firefighter lost4815162342 slipknot666 hellraiser dbrnjhjdbx cxfcnmttcnm independent
  television 1234567890s rhbcnbyjxrf sexmachine 123456789g vanyarespekt supervisor adrenaline 123456789x 89231243658s
  millennium iseedeadpeople matematika transformers devilmaycry4 zaratustra qweasdzxc1 depechemode vyjujnjxbt
  combat123654 quicksilver devildriver efbcapa201 1112131415 3141592654 qwertyytrewq jamesbond007 123123123a rfnfcnhjaf
  birmingham superduper 123123qweqwe jacqueline 123456789b whitepower 4815162342lost ledzeppelin rkfdbfnehf 999111999q
  passmaster 123456789qqq iddqdidkfa 123456789t computador pittsburgh 12345678912 1234qwerasdf 123qwe456rty 1234567890qw
  ghjcnjrdfibyj m6cjy69u35 hurricanes goodfellas pussypussy 1pass1page 3syqo15hil kamehameha ybrjkftdbx 1122112211
  1357997531 birthday54 clubpenguin international transformer primetime21 stalingrad bangladesh desperados challenger
  zx123456789 hellothere saun24865709 apokalipsis 111222333a q1w2e3r4t5y6u7 123456789f deerhunter battlefield everything
  romanroman programmer 989244342a luojianhua 80070633pc schumacher ptybnxtvgbjy samsung123 rfnfgekmnf juggernaut
  undercover alternative wishmaster polniypizdec110211 amsterdam1 123456789qw 1qa2ws3ed4rf jetbalance fenerbahce
  z123456789 rfkmrekznjh generation puertorico azwebitalia dbrnjhjdyf verygoodbot 123456789zxc wenef45313 19mtpgam19
  birthday299 alessandra unforgiven applesauce 31217221027711 123456789qq fucktheworld roflcopter cheburashka hshfd4n279
  masterchief cyjdsvujljv necromancer impossible deltaforce iaapptfcor pornografia firestarter ajcuivd289 gunslinger
  7777755102q springfield dictionary justforfun fkg7h4f3v6 supermanboy revelation s456123789 skorpion39 vfylfhbyrf
  freelancer mevefalkcakk chessmaster 123456789aa naughtyboy oldsmobile shadow1212 caterpillar 1234567890qwe qwerty2010
  superpuper hedimaptfcor sanandreas electronic dragonfire cosmopolitan sevastopol cyecvevhbr mechanical sebastian1
  4815162342a ghhh47hj764 management 5t4r3e2w1q cannondale q1w2e3r4t5y6u7i8 byajhvfnbrf zqjphsyf6ctifgu gthtcnhjqrf
  lhbjkjubz2957704 tamwsn3sja hypnodanny 123456782000 89172735872 andrewjackie prometheus 1qazxsw23edcvfr4 incredible
  mastercard rjhjkmbien dodgeviper ghbdtngjrf kingfisher fcbarcelona sidewinder loveislife ghjrehfnehf qazwsxedc12
  yanshi1982 12qw34er56ty newzealand 159753456852 collection tigerwoods wolverines motherfuck lightsaber metropolis
  1234567890w ladyffesta installutil networkingpe olegnaruto 1236547890 12345abcde philadelphia whatthehell 89211375759
  88002000600 lsia9dnb9y deeppurple domination 123456789i technology alphaomega reanimator angelochek 1234554321q
  streetball froinlaven qwert54321 peanutbutter boy4u2ownnyc c43qpul5rz blackhawks suckmycock millionaire grandmaster
  ilovegirls ingodwetrust runescape1 anastasija kbnthfnehf winnipeg261 cegthgfhjkm berezuckiy 12345678qwe digitalprodu
  installdevic an83546921an13 vfhufhbnrf georgetown 1958proman markhegarty kristopher qawsedrftgyh jigei743ks
  123456789as 42qwerty42 rammstein1 cegthgegth pornography 123321qweewq 0987654321a ujkjdjkjvrf 1029384756q quiksilver
  lfplhfgthvf ontherocks rfhfrfnbwf lumberjack neworleans auckland2010 nintendo64 r3vi3wpass sacramento w2dlww3v5p
  mandragora omgkremidia timberlake jackdaniels residentevil olcrackmaster 987654321z ghjcnjrdfif 1234567890zzz
  mangust6403 grasshopper flintstone dkflbdjcnjr ekaterina20 vladislava 32615948worms minhasenha 5432112345 luckycharm
  greengreen peppermint 12345asdfg kobebryant 1qwertyuiop millertime computadora 123456789e gordolee85 timberwolf
  ajnjuhfabz gjytltkmybr virtuagirl lamborgini 38gjgeuftd sasha12345 012345678910 tadmichaels stronghold cristopher
  justinbiebe studioworks illuminati ghjcnbvtyz fuckyoubitch avrillavigne kaliningrad production constantine 26429vadim
  massimiliano coorslight lp2568cskt shamanking nhfdvfnjkju123 gettysburg gjikbdctyf nissan350z montgomery madagascar
  powerpower 742617000027 silenthill stalker123 000777fffa 41d8cd98f00b tombraider lololyo123 nemvxyheqdd5oqxyxyzi
  gblfhfcbyf 19952009sa 1133557799 birthday10 grandorgue gatekeeper simpleplan cincinnati nokia6230i 0147852369
  nccpl25282 123456789y spam967888 mathematics chrisbrown lucifer666 portsmouth ghjcnjnfr1 123456qwer cfkfvfylhf
  redemption snusmumrik richardson stomatolog vfhvtkflrf serendipity astonmartin p030710p$e4o 0o9i8u7y6t 80637852730
  punksnotdead sweetpussy multiplelog ufhhbgjnnth 7elephants fynfyfyfhbde bluedevils gfhfcjkmrf scoubidou2 nightcrawler
  livestrong mapleleafs murcielago left4dead2 k123456789 123456789. gjkysqgbpltw disneyland ticketmaster 123456789c
  fighting54 01telemike01 loveforever stratocaster 123456789zx nikita2000 klapaucius telecaster 1986irachka dctvghbdtn
  performance rottweiler alabama123 jlbyjxtcndj calculator ghjcnjqgfhjkm 0000000000d 5544332211 installsqlst
  123456789101 a3eilm2s2y yfcnzyfcnz compatible 1597532486 1234567890m weihnachte 11111aaaaa sundaypunch birthday100
  timberland 1234567890qaz accounting qwe1234567 ilovemylife intelinside shakespeare fktrcfylh1 matematica chicken123
  alinaalina confidence nastya1995 protection sashasasha sweetdream galatasara cytuehjxrf 7jokx7b9du frederiksberg
  blackmetal magical123 respublika montenegro sexpistols vfvfgfgf123 xpressmusic kd189nlcih studmuffin kurtcobain
  prosperity scoubidou6 millerlite jimandanne celtic1888 4294967296 motorcycle excellence bullwinkle riverplate
  prisonbreak 3f3fpht7op qazwsx1234 liverpoolfc fallenangel 1a2s3d4f5g6h 80988218126 paintball1 s123456789 polopolo09
  selfok2013 littlebitch pussybitch brucewayne dfktynbyrf 123456qwert 10987654321 fuckyouguys premiumcash qwerttrewq
  weihnachten blackwhite schoolgirlie table54781 sanfrancisco 123qweasdzx rjycnbnewbz 89876065093rax reviewpass
  ghjrjgtyrj 1234567qwertyu lytghjgtnhjdcr wonderwall 111222333000 fiorentina nhecsyfujkjdt walkman555 ybrjkftdyf
  zaqwsxcderfv 9638527410 seemnemaailm anderlecht jxfhjdfirf qwaszxerdfcv antananarivu firstone123 zjses9evpa azerbaijan
  c43dae874d department jesussaves philosophy greenlantern spartak1922 qazwsxqazwsx linkinpark intermilan helicopter
  littlebear blackheart neverwinter bluedragon 87e5nclizry supermario gthtrhtcnjr butterbean vfrcbvvfrcbv cgtwbfkbcn
  wrestling1 lotrfotr34 p0o9i8u7y6 awdrgyjilp 1234qwerasdfzxcv qazwsx12345 iddqdiddqd cockgobbler nikita1998 shithappens
  iloveboobies ghjcnjgbpltw hammertime 0cdh0v99ue perfection rfgecnfcerf description accountbloc hardwareid svetasveta
  gxlmxbewym animal2000 123321456654 queenas8151 wallstreet loploprock 1qazwsxedc 1234567890987654321 donaldduck
  1234567890qwerty christiaan q1w2e3r4t5y6u7i8o9p0 nottingham morganstanley nevergiveup hollywood1 kravchenko natasha123
  nostradamus jesuschris felicidade vaffanculo 59382113kevinp silverstone 9988776655 portishead blackhorse 1234567890p
  123654789a luansantana fuckthemall charleston heavymetal donkeykong gtnhjpfdjlcr zxcvbn123456 dogphil3650 spiderman3
  phezc419hv comicbooks zcxfcnkbdfz 4815162342q bltynbabrfwbz stonehenge warhammer40k monkeybutt something1
  passwordstandard maprchem56458 lovezp1314 construction nuaddn9561 matchbox20 ilikepussy hondas2000 throatfuck
  lzhan16889 imagination nikolaevna kwiatuszek kanmax1994 service321 greenhouse gamemaster bpgjldsgjldthnf xiaoyua123
  writerspace gfhfvgfvgfv kryptonite 123456789j 9z5ve9rrcz qwertgfdsa drumandbass iampurehaha2 headhunter tdfyutkbjy
  qazxswedc123 nastya2010 hesoyam123 tupacshakur ghjcnjabkz qwertyuiop10 playground nokiadermo stinkyfinger cuntfinger
  littlewhore littlegirl masturbate cjdthitycndj rockbottom fyfnjkmtdyf eybdthcbntn fktrcfylhjd formatters saqartvelo
  thebeatles mandarinka mashamasha 413276191q performing corperfmonsy controller 1234562000 1346798520 barbarossa
  rhfcyjzhcr weihnachtsbau 1234567892000 1234567887654321 10293847qp stickdaddy77 123456789000 014702580369 birthday26
  bernadette asdfgh123456 afghanistan necronomicon abercrombie hollister1 89032073168 ghjuhfvbcn afrika2002 sagittarius
  commercial 1234554321a mortalkombat peacemaker 123qwerty123 rfcgthcrbq 123456789zz lkjhgfdsazx escaflowne
  systemofadown hijodeputa qaz123wsx456 awo8rx3wa8t nastyanastya andrey1992 thugstools pandemonium foundation
  destruction fufnfrhbcnb zxcvbnm123456789 meditation mattylad10 breakdance asshole123 satisfaction kl?benhavn
  sataniv1993 1234567890d cheeseburger boredboi4u rockhopper musiclover 2dumb2live simferopol subscriber 671fsa75yt
  constantin a1s2d3f4g5h6 minnesota_hp antichrist jedimaster steamforums percussion wcrfxtvgbjy cnfnbcnbrf
  122333444455555 kudos4ever vladimirovna 111222333444555 132forever ilovemyfamily michaeljackson peugeot406 gerasimova
  jokerjoker difference fuckmylife vfhbyfvfhbyf 1234567890o qwertyuiop12345 1qa2ws3ed4rf5tg fromvermine am4h39d8nh
  widespread websolutionssu amadeusptfcor falloutboy presidente 9085603566 minicooper littlefuck littleminge engineering
  goodmorning specialinsta 123456789asd juancarlos nhfycajhvths rfnthbyf1988 lissalissa kamelia2011 qwertyu123
  nastya1996 paraklast1974 rhfvfnjhcr webuivalidat msorcloledbr nondriversig 123456789qwer v123456789 9085084232
  8096468644q 1212312121 1928374655 frozenfish 12345672000 onetwothree wazzkaprivet weihnachtsbaum passtrader kazakhstan
  sdh686drth allahuakbar sutvsc5ysaa qaz26101778 artemartem elsalvador ghostrecon gearsofwar gjdtkbntkm fktrcfylhjdf
  cghfdjxybr vbhjndjhtw pfhfnecnhf nhfrnjhbcn alexsander z1x2c3v4b5n6m7 ghjgfufylf fyfnjkmtdbx understand domodedovo
  ghjnbdjcnjzybt alternativa dctvcjcfnm kalifornia sonnenschein fktrcfylth forgetmenot 12345qazwsx astra334566
  margherita ghjnbdjufp infalicall birthday36 universidad electronics navigation rattlesnake specialist reymysterio
  789456123q starcraft2 battlestar rainforest wwwooo1234 anytimetoday password88 rashley198 belladonna myjdxtcxks
  ntktdbpjh1994 biblioteka nick1234-rem936 horsepower maxmotives blackdragon need4speed nightshade awesome123 m123456789
  wethepeople statistika happyhappy kittykitty zxcvbasdfg 987654321g milfhunter ma123123123 rangerover superpower
  jamesjames springsteen birthday28 itsasecret thecakeisalie daddysgirl jasmine123 ublhjgjybrf orochimaru ghjuhfvvbcn
  ontheoutside bujhmbujhm zcfvfzkexifz demolition xxxp455w0rd5 qwertasdfgzxcvb birthday27 99strenght jessejames
  wonderwoman pointblank ghjatccbjyfk jackhammer berlin1945 aksjdlasdakj89879 23wkoa0fp78dk marinamarina guitarhero
  fatima753357 bigbrother nthvbyfnjh2 c7e4f8ezqh rjkjrjkmxbr birthday133 6215mila6215 seniseviyor fitzgerald bmvm3e46gtr
  blackadder 2606642yra valentinka maisuradze kensington fgjkbyfhbz chinchilla 1q3e5t7u9o iamawesome sergeevich
  blitzkrieg ubvyfcnbrf bushmaster candyfinger starscream thesimpsons hammerhead kozanostra 1234567890l marinochka
  maintenance vladivostok yfcnhjtybt vitalik123 gjhjlfcjqrb candyeater littleslut love777321777 yoshimitsu activation
  192837465q 123456789aaa nastya1997 4815162342lf pfqwtd27121988 zxcvbn3215 cnfc35762209 1324354657 1994200414
  2143658709 12345677654321 chester123 utyyflmtdyf zxcvbnmmnbvcxz undergroun baseball21 sylviahans civilization
  h72sfibbnl gilbert2707 tigertiger 9874563210 misiaczek1 123456789* alphabravo blacklabel findaupair007 alpha135792468
  parol12345 ghtdtlvtldtl edwardcullen vfrcbvtyrj s1a2s3h4a5 w1w2w3w4w5 klubnichka 20162016up gfhfktkjuhfv pyfrjvcndj
  sweetdreams 70780070780 azerbaycan alisaalisa lytdybrbdfvgbhf mousemouse santamaria passwordassword qweasdzxc12
  svensps820 12andriy14 underwater crepusculo chupakabra ipo54tj45uy856 waterfalls imjakie123 rubberduck villeneuve
  bassmaster godzils4s7 taylormade 89semtsriuty foreveryoung pointbreak sdicmt7seytn tylerca310 technician blacksonblon
  tottenham1 thirteen13 sunglasses 420842084208555 frankzappa nightmare1 mariamaria corporation bot_schokk idontknow1
  sweetiepie alkanaft123 crazyhorse ktjynsq40147 1a2a3a4a5a6a bullnuts2003 gjyjvfhtdf hocuspocus noonehackme lothlorien
  charlotte1 blacksheep t5r4e3w2q1 ss6z2sw6lu shelbygt500 dmiller12as rockandroll 050605rostik 19960610ilja djljghjdjl
  7410258963 jesusfreak lineage123 123456zxcvbn dtynbkznjh 80361665abc 0123698745 eghfdktybt monster123 9731553197
  fuckthroat bvncnbnvvbn gundamwing marcuseckos werty12345 housemusic progressive dreamonline 89057003343 plhfdcndeq
  winstonone e6pz84qfcj z1x2c3v4b5n6 89181502334 entertainment ad12345678 playstatio 89063032220m 5858855abc nesterenko
  fdnjhbpfwbz fcnfkfdbcnf badiman28200 zexts364325 123ewqasdcxz fuckoff666 charlie111 nhbujyjvtnhbz grimreaper
  devastator ubnkthrfgen polniypizdec1102 ne_e_pod_chehyl 89132664230 thundercat dragonforce sunshine69 hd764nw5d7e1vbv
  fyfcnfcbz1 knucklehead aezakmi123 applejuice 89614774181 rfkbajhybz userexecute uniqueness ivanivanov josephphone7
  freyfvfnfnf katyakatya a789456123 novosibirsk 80972694711 konovalova krasavchik 12345qwert7 fishfinger gthtrfnbgjkt
  dunnowho89 configuratio msoracle32re boy1cool23 vinogradov bhrh0h2oof6xbqjeh voxstrange 193570356033 87654321vv
`

const short = `
  p@ssw0rd p@ssword p@55w0rd p@55word pa$$w0rd pa$$word passw@rd p4ssw0rd p4ssword 1q2w3e4r 1q2w3e4r5t aa123456 fall
  company hibiki 123456 password 12345678 qwerty 123456789 12345 1234 111111 1234567 dragon 123123 baseball abc123
  football monkey letmein shadow master 696969 michael mustang 666666 123321 pussy superman 1qaz2wsx 7777777 fuckyou
  jordan qazwsx jennifer 123qwe 000000 killer trustno1 hunter harley zxcvbnm asdfgh buster andrew batman soccer tigger
  charlie robert sunshine thomas iloveyou fuckme ranger daniel hockey george computer michelle jessica starwars asshole
  pepper klaster 112233 zxcvbn freedom princess joshua maggie pass ginger 11111111 131313 fuck amanda ashley love cheese
  159753 nicole summer matthew chelsea dallas biteme matrix william yankees 6969 taylor corvette austin access martin
  heather thunder merlin secret diamond hello anthony hammer fucker 1234qwer silver gfhjkm justin patrick richard bailey
  internet samantha golfer scooter test orange cookie maverick jackson sparky mickey phoenix bigdog snoopy guitar
  whatever chicken morgan andrea camaro mercedes peanut ferrari cowboy falcon welcome samsung sexy steelers joseph
  smokey dakota melissa arsenal boomer eagles tigers marina nascar booboo gateway porsche yellow monster spider diablo
  hannah bulldog junior london purple compaq lakers iceman qwer1234 hardcore cowboys money banana ncc1701 boston brandon
  tennis johnny miller q1w2e3r4 coffee scooby 123654 edward nikita mother yamaha brandy barney chester fuckoff oliver
  charles player knight forever steven rangers midnight chicago bigdaddy redsox victoria badboy angel please fender
  chris jasper james slayer rabbit natasha rachel bigdick marine wizard marlboro raiders prince casper fishing flower
  crystal jasmine panties iwantu adidas winner winter gandalf password1 enter ghbdtn 1q2w3e4r angela mike golden lauren
  cocacola jordan23 winston madison angels blowme panther sexsex bigtits spanky bitch shannon sophie johnson asdfasdf
  david horny thx1138 toyota tiger murphy dick canada danielle 12344321 blowjob 8675309 jonathan liverpoo muffin cooper
  apples jackie dennis black qwerty123 passw0rd john abcd1234 sandra pokemon 123abc slipknot carlos qazxsw 123456a
  scorpion qwaszx nathan butter startrek rainbow asdfghjkl razz redskins newyork gemini cameron qazwsxedc florida
  liverpool turtle nicholas viking booger wilson sierra butthead doctor rocket 159357 victor dolphins captain bandit
  jaguar packers pookie peaches 789456 asdf blue dolphin helpme tucker theman tiffany maxwell jeremy qwertyui shithead
  debbie albert maddog lovers monica alex united giants nirvana metallic hotdog rosebud mountain benjamin warrior stupid
  elephant suckit success bond007 jackass bonnie alexis porn lucky jason scorpio samson q1w2e3 rush2112 azerty freddy
  driver willie calvin sydney gators dexter red123 12345a 123456q bubba creative golf voodoo happy arthur trouble
  america nissan gunner rebecca stella garfield gordon jessie bullshit parker asdfghjk 5150 fucking apollo jack 1qazxsw2
  2112 eminem december legend airborne beavis august bear apple brooklyn godzilla skippy buddy qwert kitten magic shelby
  beaver phantom fred nothing asdasd williams xavier braves darkness blink182 travis copper tomcat platinum qweqwe girls
  01012011 bigboy green power 102030 animal police 11223344 online voyager lifehack 12qwaszx fish sniper 315475 trinity
  walter blazer heaven lover snowball playboy bubbles loveme hooters cricket marvin willow donkey topgun nintendo saturn
  family november gabriel destiny pakistan pumpkin digital sergey chance explorer redwings private therock runner tits
  789456123 lasvegas guinness beatles fire cassie christin qwerty1 asdf1234 celtic broncos andrey 007007 babygirl nelson
  donald scott eclipse cartman fluffy louise michigan testing carolina little samuel alexande birdie steve cherry
  pantera sharon gibson vampire mexico dickhead peter buffalo montana genius beer flyers maximus school minecraft lovely
  stalker metallica doggie carter kristina kimberly spencer speedy barbara snickers sabrina carmen marcus bronco yankee
  friends paradise lol123 dreams magnum horses cool caroline 147258369 lacrosse ou812 goober member qwertyu enigma
  scotty pimpin bollocks brian cock surfer sammy genesis poohbear dave star asd123 qweasdzxc baby racing friend hello1
  hawaii eagle1 billy viper october vanessa poopoo einstein boobies stanley 12345q walker bitches paul drowssap stephen
  courtney simple alaska badger action jake bill denise jester 111222 spitfire drummer forest patricia maryjane champion
  diesel svetlana rock friday kevin mark gregory pamela frank hotrod 147258 chevy anderson lucky1 douglas westside
  security google badass shorty tester thumper hitman mozart general reddog boobs zaq12wsx music 010203 lizard alexander
  melanie a123456 ruslan vincent eagle 1232323q sweet teresa scarface 147852 qwerty12 a12345 marshall olivia veronica
  porno buddha spirit frankie money1 stargate antonio liberty natalie mercury naruto qwe123 suzuki semperfi king popcorn
  spooky marley system brittany claudia kelly scotland free kitty cherokee vikings simpsons death leslie rascal qweasd
  jimmy loveyou hummer michael1 allison rocky patches russia adrian jupiter penguin cumshot howard passion honda vfhbyf
  andre vladimir franklin sandman 123789 infinity homer bastard raider passport assman sucker fantasy bulldogs horney
  domino budlight ironman disney norman softball bishop francis brutus ford redrum brooke bigred jeffrey jesus fktrcfylh
  karina marines kawasaki digger ireland oksana fireman cougar college shit alicia russell houston monday bradley cunt
  sarah nigger justice super wildcats tinker duncan dancer logitech avalon swordfis everton reggie motorola alexandr
  molly timothy hentai pussy1 claire patriots madonna colorado eugene ducati kermit juventus indian connor galore
  freeuser smooth house titanic boogie simpson warcraft wolverin elizabet arizona saints valentin georgia asdfg test123
  accord matt baxter denver mitchell christ yfnfif slut smith stinky zachary roland naughty ncc1701d spiderma chopper
  brenda hello123 extreme virginia water skyline poop zombie pearljam froggy pirate fylhtq vision 123qweasd awesome
  alyssa dreamer predator bullet empire wolf charlie1 kirill 123123a people penis elvis panthers skipper nemesis
  peekaboo rasdzv3 simon alison rolltide american cardinal arnold chevelle daddy psycho happy1 danger mookie wanker
  manutd 9379992 tommy hobbes vegeta goblue 852456 burton fyfcnfcbz picard 159951 bobby windows loverboy lovelove vfrcbv
  victory 123654789 bambam turkey serega tweety hiphop galina changeme rooster polina berlin suckme taurus electric
  ronald avatar 134679 mine raptor alpha1 maksim spring brazil eric bigcock newport hard kenneth hendrix madmax england
  a1b2c3 alpha sublime britney france darkside bigman hercules lawrence wolfpack classic letmein1 lincoln ronaldo
  741852963 spiderman 1q2w3e blizzard cheyenne wombat bubba1 tiger1 cjkysirj raymond brother kristen pandora devils
  zxc123 simone holiday wildcat horse kramer 12312 147852369 buddy1 sterling caesar alabama carrie bondage sports
  pussycat pickle catch22 leather shaggy a1b2c3d4 chronic flowers qaz123 qqq111 robbie admin gracie amber freepass
  airplane perfect kodiak billybob katana sunset crazy good stingray maria anna snowman phpbb angel1 chocolat zeppelin
  garcia detroit wolves pontiac candy firebird vagina gundam panzer outlaw time pretty fisher connie honey business
  trevor redhead hardon greenday tarheels 01011980 nastya hellfire cobra engineer dragon1 savage service serenity sasha
  michele dude lickme fireball white remember darkstar miranda flash mustang1 01011 124578 harvey oscar strike freddie
  pavilion beauty bobafett 01012000 adam dbrnjhbz jeff bigmac chris1 duke clinton bowling jenny natali future harrison
  jones wallace welcome1 swimming apache rulez pyramid dodgers girl whynot fuckit defender teens morris trooper 135790
  cancer precious packard lucifer popeye weasel 142536 raven icecream stewart tanner swordfish blonde sandy presario
  rockstar viktor manager cheryl norton james1 control wutang airforce julian atlanta pimp spike thailand looking casino
  741852 21122112 paris mouse lennon 456123 bluebird theone hawkeye hacker lisa dustin elaine nfnmzyf sailor catfish
  goldfish maxima tattoo barbie light design pervert machine herman wrangler rocks trucks nipples roscoe tornado jerry
  lights bubble cadillac 666999 madman orlando pegasus target longhorn laura philip browns eatme stefan cannon dilbert
  baller microsoft winnie christia katie qazwsx123 shooter xfiles qazqaz lesbian street seattle corona amateur cthutq
  prelude 246810 beach malibu freaky assassin integra atlantis pussies dragons iloveu monkey1 unicorn lonewolf regina
  753951 stealth kristin tony peewee openup bobcat stacey software newton leonardo student srinivas angelina young enjoy
  valentina trigger zaqwsx lolita athena shotgun coyote bruins veronika dollar country rocky1 joker babydoll lestat
  wordpass hottie smiley potter random sweety butterfly woody chipper snake samurai video gizmo maddie devildog valerie
  mistress flipper freedom1 express powers cessna teacher goldie moose polaris piglet cookies elena montreal hjvfirf
  ladies wolfgang fatboy scully father single wicked daisy fetish foobar castle tickle bunny pepsi balls transam dfvgbh
  31415926 oicu812 impala sunday booty hotstuff ronnie jasmin ryan gambit toshiba basketba lancer birthday texas
  stephani jessica1 hooker knicks 314159 roberto stinger testtest fuckyou2 kathleen savannah shamrock benson squirt
  deftones trucker nick redneck goldberg alfred blaster siemens shelly renegade manson subaru ibanez blondie hamilton
  casey swinger reaper cristina minnie mylove harry galaxy lindsay dudley farmer gloria special blahblah enterpri
  1234abcd travel babylon5 bigone sweetpea sugar smoke skeeter fucked indiana great ficken trfnthbyf master1 freeman
  curtis smitty marino joanne bigfoot escort babes check larisa trumpet tristan spartan babylon asdfghj sister valera
  stormy paladin andreas cavalier marathon hamlet aardvark butterfl bigboobs mister yankees1 rusty napoleon seven indigo
  hornet skater jerome pierre wonder toronto rose indians karate buckeyes 01011990 julie hesoyam fredfred charger
  highland sweetie holland chiefs diamonds buckeye aurora hotsex campbell griffin brandi redman passwor chandler
  drpepper monika maiden elizabeth leonard bernie brown pornstar garden storm autumn linda thuglife millie jungle pencil
  tomtom insane pizza timber jesus1 sherlock mariah audrey david1 1a2b3c hamster aragorn pioneer techno catdog lollol
  triumph sidney 141627 321654 fktrctq none sophia morpheus island wetpussy hobbit blabla erotic shadow1 aaron pascal
  sampson consumer justme marion stones chrissy tyler nadine marie goforit burger pitbull kelsey adgjmptw spartak german
  karen kissme hunting kaiser martha colors artist harold bass italia sammie barcelona mario nicolas virgin pebbles
  sundance isabella overlord emerald callie doggy irina racecar isabelle germany 1478963 goddess change wesley nipple
  basket joejoe holly poison zipper alpine shirley element huskers marcel eddie danny christy pussys sakura chichi
  inside ultimate dirty nicola ncc1701e blackie q12345 omega watson rommel matthew1 geronimo nikki caserta trojan
  123qwe123 philips sergio nugget sammy1 tarzan bassman warren trixie chicks aleksandr cream webster help sherry manuel
  portugal dodger anakin bobbob bomber michel madness superfly loser 123asd florence yvonne fatcat global ybrbnf energy
  desire wrinkle1 soldier bianca sexual warlock martina babe 951753 11235813 51505150 andrei larry seminole peace
  alejandr westham concrete access14 harris margaret hector christop naked ladybug letmein2 network bernard weed tintin
  qazxswedc trombone chuck pleasure rhbcnbyf home history bluesky sherman logan january onelove cotton christian
  cdtnkfyf sunny archie holden whore brianna vfvjxrf titans stallion lindsey singer truck smile party missy hansolo
  angelo joanna natalia beagle phillip panama smiles blue22 juice qawsed inferno moon mongoose connect kingkong snatch
  flatron sex4me bluemoon turbo rocker personal emily blessed snakes dominic joey forget finger beetle jamaica alberto
  a1234567 mulder fuckyou1 jamie susan immortal head passat plastic 123454321 dietcoke spunky suck long anthony1 whiskey
  monitor giovanni cactus ripper spyder markus planet magic1 teen patton exigen sticky waters sluts nolimit daniela
  hollywoo abigail apple1 morrison katrina trunks 1234321 andy assass always diana deedee 14789632 clifford april speed
  japan mission pickles million sailing freak holmes bonehead fernando ghbdtnbr 112358 911911 charlott delta yomama
  darren rubber newman molly1 faster cumming bertha memphis sylvia open ilovesex maurice william1 hongkong olga jumper
  unreal geheim rodney nylons sebastia pentium legion shalom kennedy 555666 brooks movie dodge dream graham sprite
  curious pacific loulou funtime philly ferret niners orion werewolf milton cantona kingdom stars africa office boeing
  gilbert abgrtyu pirates super123 sheila french sweets cooldude palmer eternity lollipop tottenha green1 stocking
  monique anything foster irish jackoff 7895123 biscuit drizzt camera columbia fossil moomoo makaveli tracey colt45
  robinson isabel martini salmon shasta jersey verbatim maniac snapper satan666 nasty solomon patriot jacob standard
  shaved blackcat asdzxc punkrock raistlin infantry 4128 dillon gerald twister ricardo waterloo cjkywt clayton crimson
  serena 01012010 oxford maxmax denis flight condor seinfeld silvia biggie maxine musicman ravens teddy colleen bruce
  wolfman sharks megadeth cosmos velvet butt keeper foxtrot garrett black1 damien anton sesame skywalke gn56gn56 banshee
  cats squirrel wolverine dogs sunrise rick ghost western grendel sucks roxanne privet legolas frog felix marlin stone
  herbert lvbnhbq qazwsxed carrot blades frosty stardust 121314 helena brownie groovy penny butler coolio twilight
  daytona licker peanuts intrepid pikachu trains mollie vanhalen jericho hershey strider lobster punisher grace bird
  zaq123 bottom ninja 1234567a murray kansas shogun goblin search neptune ball showtime darwin amadeus suzanne fuckfuck
  seven7 jason1 111222333 oldman bruno showme henry getsome muscle obiwan support rfrfirf skittles ekaterina gold
  whitney shark maestro anal danni tanker english tarheel fighter thanks blue123 hannibal capital newlife anubis gothic
  chaos blues cindy sabine thunder1 roman preston princes brendan slick 123456z evelyn python test1 richie tequila boss
  cody devil chelsea1 clover delete mirage blood surfing bentley portland potato baggins review porter chubby panasonic
  sandiego sooners buffy buck tina derrick penelope blackdog harmony fusion dima mature malcolm allen mary buttons
  1a2b3c4d californ safety playtime dagger moscow swallow warriors byteme stimpy gangster lucas christine turner iverson
  lester chargers liquid asdf123 mushroom cracker dingdong lucky7 misty nymets 456852 robin bigguy mobile tazman greg
  nimrod newpass miami crusader bugger stranger dkflbvbh anastasia marco volume masters monroe miguel doodle collins
  powder archer gotcha battle dublin slapshot guardian 147896325 janice charly septembe photos knights woody1 short
  angelica nookie milano pepsi1 scarlett stuart damian grizzly 123098 123321123 camille scruffy brasil latino kittycat
  poopie munchkin lorenzo rammstein 1701 1passwor bananas barcelon santiago thegame robert1 hell world gerard picasso
  viper1 walnut kolobok blackman wisdom trance starcraft parrot quality blade pink auburn goodluck eatshit dorothy dusty
  engine coltrane gorilla wheels katerina tamara postal luther ranger1 pass123 carlo cassidy discover oakland andrew1
  spanking osiris dumbass shaney14 192837465 lonestar ping bridge bingo bender annie stonecol dookie meridian sally
  megaman heather1 25802580 racerx rjntyjr sirius firefly richard1 julia alexandra madrid terry griffey women phoebe
  zaq1xsw2 weezer beautiful violet ledzep lowrider randy gangsta ghjcnj paradox tacobell 123698745 loving catalina
  vertigo halflife carson sergei shiloh johnjohn sobaka buffett aliens sadie chucky bonjour kangaroo jazz josh thompson
  sinner socrates soccer1 keyboard 0.0.000 stevie 0007 jeep trebor finish dark luke sprint shazam lady national celica
  sarah1 scarlet formula1 hoover sommer frances hotboy cynthia qwerasdf 12369874 penguins bond formula rebels fuckface
  elwood melvin honda1 vacation kiss ragnarok bollox lexmark asshole1 lorraine 258456 claude rockon duck dodgeram tacoma
  romeo wookie prodigy tempest vfhecz flames sebastian colombia bang kitkat oblivion mystery sithlord server molson
  mustangs incubus smoker 123qaz window scoobydo 1122 rescue bigballs zxcv1234 carpet titleist richmond director lawyer
  megan juan magnolia celeste melinda lucy wright jimbob golfing kenny roger bobbie xanadu tardis blueeyes hearts dixie
  pussy69 pooper shaman mersedes 102938 12312312 springer imagine janine patrick1 kenwood 123zxc dogg garbage martinez
  topper cowboys1 roberts lizzie ashton elliott oracle sheena chloe mallard 123987 analsex shemale gateway1 mikey
  asterix faith monkeys imperial jimbo cooler grateful gillian peterpan kingston yourmom sleepy gremlin printer hudson
  pa55word stud freckles birdman frank1 aussie esther defiant margarita 445566 deadhead polo anime tatyana jackal
  frogger bridget wayne research tobias mariners rootbeer blondes donnie katrin weather aspirine frederic parola photo
  children account israel stephanie shaolin noodles celine willy willis forgot scooter1 hallo mandy thomas1 11112222
  rogers palace santos ohyeah magnus laurie creampie amazon kisses queen ludwig fatass plymouth justdoit assfuck nellie
  1234567q 12121 987456 6751520 putter broken nopass letsgo bryan bones harley1 tatiana camel champs lightnin massive
  camelot bosco deanna gizmodo spidey caliente aezakmi 456654 goodtime mypass roller catherin active pooh payton lonely
  redalert brucelee smokin porkchop astros aquarius raiders1 thankyou kevin1 atomic fletcher shopping a1s2d3f4 mason
  rusty1 marian vanilla hunter1 unknown sapphire temple qwert123 marvel beckham kaktus 753159 myself sooner blacky
  elvis1 hastings buster1 power1 blackjac aggies scream picture 123321q abc12 judith iforgot kasper cxfcnmt bangkok
  01012001 shitty spectrum eduard vader jammer painter primus veritas ernest kristi chevrole amber1 amsterdam slappy
  valley 1221 horny1 pete hitler clancy spankme granny avenger satan sasha1 usa123 diamond1 rosemary husker candyman
  beatrice scrappy john316 simba falcons dylan front242 harder atlantic labrador smudge syracuse southern melody timmy
  elijah center darling throat stuff fatman krishna sanchez pancho gator pacman commando delta1 vulcan bush clitoris
  lemons alice 8j4ye3uz boner keith odessa barkley monopoly method kelley sara punkin pineappl celtics lesbians 223344
  space gangbang bennett area51 lick flyboy hamburg aaa111 asian carol spartans tricky romashka 123456aa snuggles
  phoenix1 boat infiniti anders billie life homer1 drago blake hermes jesse goose jeremiah vivian annette homerun dead
  forrest carolyn topcat hayden cosworth vectra grover goodbye charlotte cuddles bossman horndog doberman gary telefon
  dawg qawsedrf ivanov durango peugeot killer1 franco kyle plumber bell rbhbkk pauline exigent brandon1 laguna emmanuel
  webmaster bowler leopard strong theking redbull alan pics beast viktoria porsche9 breeze topdog starbuck omega1 dance
  dalton fuckers oscar1 hungry beefcake reality gjkbyf speaker shelley godsmack clarence writer loveit kingpin nokia
  valhalla night starfish anarchy herbie blacks content 906090 sailboat desert fitness brando bohica achilles tractor
  jordan1 ncc1701a drake bull hidden kicker arsenal1 labtec napass bart pa55w0rd amelia tuesday frontier swingers jimmy1
  caitlin muppet terror legacy farside bella matilda kentucky jackson1 doughboy ramona butthole phillies jrcfyf 789654
  camels dannyboy oakley daniel1 nebraska latin double qwertyuio sabbath chang pinkfloy homers striker looker fallen
  maryland luckydog azamat september iguana oklahoma moloko agent007 vfrcbvrf javier vette daniil command rhonda studio
  pistol miles skiing franky stoner conrad select tanya houses boris puppy elliot charmed vladik nathalie whocares
  666777 maynard vkontakte ihateyou puppies zidane eileen dilligaf crash mandingo moneys tyrone funny nevada kotenok
  mystic 123457 budman church carlton rafael technics bone stick golfball rookie panda laptop today 01011991 jennie
  triton river trojans bunghole zvezda 132435 15426378 hurrican central stripper dale filter jethro snow gustav ivan
  escape gizmo1 hawk igor aberdeen shane lespaul rfnthbyf butch dthjybrf 963852 1366613 cutter splash handsome oilers
  randall cash nofear cupcake excalibu batman1 momoney gbpltw bigger belinda svetik possum metal moocow brothers bethany
  keystone babyboy flamingo super1 firefox bogdan ccbill passwort soleil lancelot melissa1 vipers marilyn tdutybq juliet
  leader madden russian australia sabina chase coolman babies skinny zaphod raven1 kamikaze verona bacon noodle rebel
  doobie designer deadman attack vortex killme dogman pokemon1 gopher somethin danila 12332 reagan apollo13 chevy1
  cancel torres 000007 freaks azsxdc sassy donna dracula play poncho bearbear boots engage steve1 deskjet bradford
  bitch1 hammers deeznuts warhammer rangers1 tight justine ralph fabian lewis casey1 summer1 blueblue marissa oregon
  bubbas sinatra hilton meatball mailman dawson columbus manchest cthulhu macdaddy mighty michaela grandma ready sterlin
  cartoon summit sentinel tolkien bicycle peter1 blow beverly breast lickit kathy crazy1 meghan universe capone jenna
  julius wendy bryant truelove helen 123456k nancy eatpussy hailey kitty1 daisy1 chair 362436 bowser kathryn sexygirl
  fernand eleven rockets billyboy military demon davis jamesbon iloveyo texas1 traffic saint daddy1 redhot microsof
  sonic miracle microlab gofish pantyhos pilot lifetime rugby mayday aikido nina star69 01011985 conner cutlass tree
  thekid gordon24 theodore titties sweden function polska danie gang 73501505 market scotch lansing elvira bloody sexx
  hustler anfield coke smut catman rush bonita tracy sony fast 1234qwe 1225 passwor1 irish1 cheers tinman airbus peters
  china azsxdcfv santana hayley station gabrie scottie orioles jenny1 01011970 charlton saun fortuna dfkthbz rustam
  warlord
`

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Long enough to be chosen here. */
export const commonPasswords: ReadonlySet<string> = new Set([...wordsOf(long), "correct horse battery staple"])
const shorter = wordsOf(short)

/**
 * How many digits and signs a password may have around a word, and between its repetitions, and still count as that
 * word.
 */
const aroundMax = 5

/** Whether a folded password is one of them, or a shorter one of them twice or with a few digits or signs around it. */
export const isCommonPassword = (folded: string): boolean =>
  commonPasswords.has(folded) || isMadeOf(folded, (word) => shorter.has(word))

/** Whether a folded password is such a word, once or twice, with a few digits or signs around it. */
export const isMadeOf = (folded: string, isWord: (word: string) => boolean): boolean => {
  for (let start = 0; start <= aroundMax && isAround(folded.slice(0, start)); start++) {
    for (let end = folded.length; folded.length - end + start <= aroundMax && isAround(folded.slice(end)); end--) {
      const core = folded.slice(start, end)
      if (isWord(core) || isWord(twice.exec(core)?.[1] ?? "")) return true
    }
  }
  return false
}

const twice = new RegExp(`^(.+?)\\P{L}{0,${aroundMax}}?\\1$`, "su")
const isAround = (text: string): boolean => !/\p{L}/u.test(text)
